"""TLS: the mode and the certificates that an address asks for, as what the driver takes."""

import ssl
from pathlib import Path
from typing import Any

from terp_seed.errors import BadSetting

_BEGIN = "-----BEGIN"


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
        _trust(context, authority, source)
    elif mode == "REQUIRED":
        # encrypted, but not verified: what ssl-mode=REQUIRED means to MySQL's own clients
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate:
        try:
            context.load_cert_chain(certificate, key, password="")  # otherwise OpenSSL asks for it on the terminal
        except (OSError, ValueError):
            raise BadSetting(
                "ssl-cert and ssl-key in DATABASE_URL are not a certificate and its key: expected the paths of two PEM files, "
                "the key without a password, as in ?ssl-cert=client.pem&ssl-key=client.key."
            ) from None
    # private CAs of managed databases often do not meet the strict profile of newer Python versions
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return {"ssl": context}


def _trust(context: ssl.SSLContext, authority: str, source: str) -> None:
    """Load a certificate authority from its text, or from the file of that name."""
    expected = "expected the path of a PEM file, or its text, as in -----BEGIN CERTIFICATE----- …"
    found = source
    try:
        if _BEGIN in authority:
            text = authority.replace("\\n", "\n")  # as in variables that hold one line
            context.load_verify_locations(cadata=text.encode("ascii", "replace").decode())  # comments may have any character
            return
        # a name is short; anything else may be a key
        found = f"{source} {authority!r}" if len(authority) <= 200 and authority.isprintable() else source
        if not Path(authority).is_file():
            raise BadSetting(f"{found} is not a file: {expected}.")
        context.load_verify_locations(cafile=authority)
    except ssl.SSLError:
        raise BadSetting(f"{found} is not a certificate: {expected}.") from None
    except (OSError, ValueError) as error:
        raise BadSetting(f"{found} cannot be read ({getattr(error, 'strerror', None) or 'not a path'}): {expected}.") from None
