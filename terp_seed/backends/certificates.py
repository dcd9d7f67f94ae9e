"""Certificates: those that an address or DATABASE_CA_CERT names, read before anything connects. No message shows a key."""

import ssl
from pathlib import Path

from terp_seed.errors import BadSetting

_BEGIN = "-----BEGIN"


def trust(context: ssl.SSLContext, authority: str, source: str) -> str:
    """Load a certificate authority from its text, or from the file of that name. Return the text, or an empty one for a file.

    `source` says where it was named. Raises BadSetting if it is neither.
    """
    expected = "expected the path of a PEM file, or its text, as in -----BEGIN CERTIFICATE----- …"
    found = source
    try:
        if _BEGIN in authority:
            text = authority.replace("\\n", "\n")  # as in variables that hold one line
            text = text.encode("ascii", "replace").decode()  # comments may have any character
            context.load_verify_locations(cadata=text)
            return text
        # a name is short; anything else may be a key
        found = f"{source} {authority!r}" if len(authority) <= 200 and authority.isprintable() else source
        if not Path(authority).is_file():
            raise BadSetting(f"{found} is not a file: {expected}.")
        context.load_verify_locations(cafile=authority)
    except ssl.SSLError:
        raise BadSetting(f"{found} is not a certificate: {expected}.") from None
    except (OSError, ValueError) as error:
        raise BadSetting(f"{found} cannot be read ({getattr(error, 'strerror', None) or 'not a path'}): {expected}.") from None
    return ""


def show(context: ssl.SSLContext, certificate: str, key: str | None, words: tuple[str, str]) -> None:
    """Load a client's certificate and its key from their files, which these words named. Raises BadSetting if they are none."""
    try:
        context.load_cert_chain(certificate, key, password="")  # otherwise OpenSSL asks for it on the terminal
    except (OSError, ValueError):
        of_certificate, of_key = words
        raise BadSetting(
            f"{of_certificate} and {of_key} in DATABASE_URL are not a certificate and its key: expected the paths of two PEM "
            f"files, the key without a password, as in ?{of_certificate}=client.pem&{of_key}=client.key."
        ) from None
