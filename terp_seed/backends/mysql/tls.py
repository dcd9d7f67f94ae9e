"""TLS: the mode and the certificates that an address asks for, as what the driver takes."""

import ssl
from typing import Any

from terp_seed.backends.certificates import show, trust


def arguments(query: dict[str, str], ca_cert: str | None) -> dict[str, Any]:
    """Take the words of TLS out of an address's query, and return the driver's arguments. DATABASE_CA_CERT overrides ssl-ca.

    Raises BadSetting for a certificate that cannot be used.
    """
    authority, source = query.pop("ssl-ca", None), "ssl-ca in DATABASE_URL"
    if ca_cert:
        authority, source = ca_cert, "DATABASE_CA_CERT"
    certificate, key = query.pop("ssl-cert", None), query.pop("ssl-key", None)
    default = "VERIFY_CA" if authority else "REQUIRED" if certificate else "PREFERRED"
    mode = query.pop("ssl-mode", default)
    if mode == "DISABLED":
        return {"ssl_disabled": True}
    if mode == "PREFERRED":
        return {}
    context = ssl.create_default_context()
    if authority:
        trust(context, authority, source)
    elif mode == "REQUIRED":
        # encrypted, but not verified: what ssl-mode=REQUIRED means to MySQL's own clients
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate:
        show(context, certificate, key, ("ssl-cert", "ssl-key"))
    # private CAs of managed databases often do not meet the strict profile of newer Python versions
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return {"ssl": context}
