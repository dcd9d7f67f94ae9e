"""TLS: the mode and the certificates that an address asks for, as what libpq takes.

Every certificate is read before connecting. A file that we wrote for libpq exists only while one connection is being made.
"""

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from terp_seed.backends.certificates import show, trust
from terp_seed.errors import BadSetting

SYSTEM = "system"  # libpq's word for the authorities of this machine
_VERIFIED = ("verify-ca", "verify-full")
# psycopg's wheels look for them where no distribution has them
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class TLS:
    """A TLS is what libpq is given for a connection, and the text of an authority that has no file."""

    arguments: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @classmethod
    def of(cls, query: dict[str, str], ca_cert: str | None) -> "TLS":
        """Take the words of TLS out of an address's query. DATABASE_CA_CERT overrides sslrootcert.

        Raises BadSetting for a certificate that cannot be used.
        """
        authority, source = query.pop("sslrootcert", None), "sslrootcert in DATABASE_URL"
        if ca_cert:
            authority, source = ca_cert, "DATABASE_CA_CERT"
        certificate, key = query.pop("sslcert", None), query.pop("sslkey", None)
        mode = query.pop("sslmode", "")
        if mode == "disable":
            return cls({"sslmode": mode})
        arguments = {}
        if certificate and key:
            show(_context(), certificate, key, ("sslcert", "sslkey"))
            arguments = {"sslcert": certificate, "sslkey": key}
        if authority is None and mode in _VERIFIED and not _has_own():
            authority = SYSTEM
        if authority == SYSTEM:  # anybody has a certificate of theirs: only the name says whose it is
            return cls({**arguments, "sslmode": "verify-full", "sslrootcert": _of_system()})
        if authority is None:
            mode = mode or ("require" if certificate else "")
            return cls({**arguments, **({"sslmode": mode} if mode else {})})
        arguments["sslmode"] = mode if mode in _VERIFIED else "verify-full"
        text = trust(_context(), authority, source)
        return cls(arguments, text) if text else cls({**arguments, "sslrootcert": authority})

    @contextlib.contextmanager
    def files(self) -> Iterator[dict[str, str]]:
        """Yield the arguments for one connection. The file of a text is its owner's alone, and gone after the block."""
        if not self.text:
            yield self.arguments
            return
        with contextlib.ExitStack() as end:
            try:
                file = Path(end.enter_context(tempfile.TemporaryDirectory(prefix="terp-seed-")), "ca.pem")
                file.touch(mode=0o600)
                file.write_text(self.text)
            except OSError as error:
                raise BadSetting(
                    f"DATABASE_CA_CERT is the text of a certificate, and no temporary file can be written ({error.strerror}): "
                    "expected the path of a PEM file, or a folder that can be written in TMPDIR."
                ) from None
            yield {**self.arguments, "sslrootcert": str(file)}


def _has_own() -> bool:
    """Tell whether libpq finds an authority of this user's if an address names none."""
    return "PGSSLROOTCERT" in os.environ or os.path.isfile(os.path.expanduser("~/.postgresql/root.crt"))


def _of_system() -> str:
    found = ssl.get_default_verify_paths().cafile
    return next((path for path in (found, *_BUNDLES) if path and os.path.isfile(path)), SYSTEM)


def _context() -> ssl.SSLContext:
    """Return a context that only tries what libpq will load."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
