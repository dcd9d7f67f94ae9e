"""TLS is what the address says: encrypted where required, verified where an authority is given, and missed where absent."""

import itertools
from pathlib import Path
from types import SimpleNamespace

import pytest

from terp_seed.backends import connection as database
from terp_seed.errors import ConnectionFailed
from tests.certificates import Authority
from tests.servers import Server

MODES = ("REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY", "")
# MariaDB says of root, who needs no password here, that he has no access
INSECURE = {"mariadb": "Access denied", "mysql": r"insecure transport.*ssl-mode=REQUIRED"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "time", SimpleNamespace(sleep=lambda seconds: None))


def _cipher(url: str, authority: str | None = None) -> str:
    with database.connect(url, authority) as connection:
        return str(connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").one()[1])


def _at(url: str, mode: str) -> str:
    return f"{url}mysql?ssl-mode={mode}" if mode else f"{url}mysql"


def test_server_requiring_tls_needs_the_right_authority(private_server: Server, tmp_path: Path) -> None:
    good, wrong = Authority(tmp_path, "good"), Authority(tmp_path, "wrong")
    with private_server.running(*good.server_options("127.0.0.1"), "--require-secure-transport=ON") as url:
        for mode, read in itertools.product(MODES, (str, Path.read_text)):  # the path of the file, and its text
            assert _cipher(_at(url, mode), read(good.path))
            with pytest.raises(ConnectionFailed, match="certificate verify failed"):
                database.connect(_at(url, mode), read(wrong.path))
        assert _cipher(_at(url, "REQUIRED"))
        for mode in ("VERIFY_CA", "VERIFY_IDENTITY"):
            with pytest.raises(ConnectionFailed, match="certificate verify failed"):
                database.connect(_at(url, mode))
        for words in (f"sslaccept=strict&sslcert={good.path}", f"sslmode=verify-full&sslrootcert={good.path}", "useSSL=true"):
            assert _cipher(f"{url}mysql?{words}")
        with pytest.raises(ConnectionFailed, match="certificate verify failed"):
            database.connect(f"{url}mysql?tls=true&ssl-ca={wrong.path}")
        assert _cipher(_at(url, ""))  # said nothing: encrypted where the server can
        with pytest.raises(ConnectionFailed, match=INSECURE[private_server.kind]):
            database.connect(_at(url, "DISABLED"))


def test_certificate_of_another_host_is_refused_when_verified(private_server: Server, tmp_path: Path) -> None:
    good = Authority(tmp_path, "good")
    with private_server.running(*good.server_options("db.example")) as url:
        for mode in MODES:
            with pytest.raises(ConnectionFailed, match=r"certificate verify failed: IP address mismatch"):
                database.connect(_at(url, mode), str(good.path))
        with pytest.raises(ConnectionFailed, match=r"certificate verify failed: Hostname mismatch"):
            database.connect(_at(url.replace("127.0.0.1", "localhost"), "VERIFY_IDENTITY"), str(good.path))
        assert _cipher(_at(url, "REQUIRED"))  # encrypts, and looks at nothing: what it means to MySQL's own clients


def test_server_without_tls_is_refused_when_required(private_server: Server, tmp_path: Path) -> None:
    authority = str(Authority(tmp_path, "good").path)
    with private_server.running(private_server.without_tls) as url:
        for mode, given in itertools.product(MODES, (authority, None)):
            if mode or given:
                with pytest.raises(ConnectionFailed, match=r"SSL|TLS"):
                    database.connect(_at(url, mode), given)
        assert not _cipher(_at(url, ""))
