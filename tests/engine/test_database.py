"""Connections: three attempts, no password in a message, and TLS that is what the address says."""

import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from terp_seed.engine import database
from terp_seed.errors import BadSetting, ConnectionFailed
from tests import servers
from tests.support import Database
from tests.test_rows_are_a_pure_function import GOLDEN


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the waits between attempts, and do not wait."""
    noted: list[float] = []
    monkeypatch.setattr(database, "time", SimpleNamespace(sleep=noted.append))
    return noted


def test_an_unreachable_server_is_tried_three_times(waits: list[float]) -> None:
    with pytest.raises(ConnectionFailed) as failed:
        database.connect(f"mysql://root:s3cret@127.0.0.1:{servers.free_port()}/terp")
    assert "Failed to connect to database after 3 attempts" in str(failed.value)
    assert "Connection refused" in str(failed.value)
    assert "s3cret" not in str(failed.value)
    assert len(waits) == 2
    assert waits[0] < waits[1]


@pytest.mark.parametrize(
    ("user", "name", "said"), [("nobody:wr0ng@", "mysql", "Access denied"), ("root@", "no_such_db", "Unknown database")]
)
def test_a_wrong_password_and_an_unknown_database_fail_at_once(
    mariadb_url: str, waits: list[float], user: str, name: str, said: str
) -> None:
    with pytest.raises(ConnectionFailed, match=said) as failed:
        database.connect(mariadb_url.replace("root@", user) + name)
    assert "wr0ng" not in str(failed.value)
    assert waits == []


def test_a_percent_encoded_password_arrives(mariadb_url: str) -> None:
    with database.connect(mariadb_url + "mysql") as connection:
        connection.exec_driver_sql("CREATE OR REPLACE USER odd@localhost IDENTIFIED BY 'p@ss/w:rd#é'")
        connection.commit()
    url = mariadb_url.replace("root@", "odd:p%40ss%2Fw%3Ard%23%C3%A9@")
    with database.connect(url) as connection:
        assert connection.exec_driver_sql("SELECT USER()").scalar_one().startswith("odd@")
    assert "***" in database.label(url)
    assert "p%40" not in database.label(url)


def test_an_ipv6_host_is_reached() -> None:
    with servers.mariadb("--bind-address=::1", host="::1") as url:
        assert "[::1]" in url
        with database.connect(url) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "postgresql://localhost/x", "mysql://root@localhost:port/x", "mysql://root@localhost/x?ssl-mode=MAYBE"],
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="expected"):
        database.connect(url)


@pytest.mark.parametrize("setting", ["NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "PIPES_AS_CONCAT,ORACLE", ""])
def test_a_servers_own_settings_do_not_change_what_is_seeded(server_terp: Database, setting: str) -> None:
    with server_terp.connection() as connection:
        before = connection.exec_driver_sql("SELECT @@global.sql_mode, @@global.time_zone").one()
    mode = setting if "ORACLE" not in setting or server_terp.kind == "mariadb" else "PIPES_AS_CONCAT"
    server_terp.execute(f"SET GLOBAL sql_mode = '{mode}'", "SET GLOBAL time_zone = '-05:00'")
    try:
        server_terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
        assert server_terp.cli("verify").exit_code == 0
        assert server_terp.digest() == GOLDEN["small", 42]
    finally:
        server_terp.execute(f"SET GLOBAL sql_mode = '{before[0]}'", f"SET GLOBAL time_zone = '{before[1]}'")


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.path = folder / f"{name}.pem"
        self._write(self.path, self._certificate(self.name, self.key, ca=True))

    def issue(self, folder: Path, host: str) -> tuple[Path, Path]:
        """Return the files of a certificate for a host, and its key."""
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate, secret = folder / f"{host}.pem", folder / f"{host}.key"
        self._write(certificate, self._certificate(subject, key, ca=False))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            )
        )
        return certificate, secret

    def _certificate(self, subject: x509.Name, key: rsa.RSAPrivateKey, *, ca: bool) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    @staticmethod
    def _write(path: Path, certificate: x509.Certificate) -> None:
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Authority]:
    folder = tmp_path_factory.mktemp("authorities")
    return Authority(folder, "good"), Authority(folder, "wrong")


@pytest.fixture(scope="module")
def tls_url(tmp_path_factory: pytest.TempPathFactory, authorities: tuple[Authority, Authority]) -> Iterator[str]:
    certificate, key = authorities[0].issue(tmp_path_factory.mktemp("certificates"), "127.0.0.1")
    options = (f"--ssl-cert={certificate}", f"--ssl-key={key}", f"--ssl-ca={authorities[0].path}")
    with servers.mariadb(*options, "--require-secure-transport=ON") as url:
        yield url


def _cipher(connection: sa.Connection) -> str:
    return str(connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").one()[1])


@pytest.mark.parametrize("mode", ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY", ""])
@pytest.mark.parametrize("as_text", [False, True])
def test_the_right_authority_is_verified_as_path_and_as_text(
    tls_url: str, authorities: tuple[Authority, Authority], mode: str, as_text: bool
) -> None:
    good, wrong = (a.path.read_text() if as_text else str(a.path) for a in authorities)
    url = f"{tls_url}mysql?ssl-mode={mode}" if mode else f"{tls_url}mysql"
    with database.connect(url, good) as connection:
        assert _cipher(connection)
    with pytest.raises(ConnectionFailed, match="certificate verify failed"):
        database.connect(url, wrong)


def test_required_encrypts_without_an_authority_and_verify_does_not_trust_blindly(tls_url: str) -> None:
    with database.connect(f"{tls_url}mysql?ssl-mode=REQUIRED") as connection:
        assert _cipher(connection)
    with pytest.raises(ConnectionFailed, match="certificate verify failed"):
        database.connect(f"{tls_url}mysql?ssl-mode=VERIFY_CA")


def test_another_hosts_certificate_is_refused(
    tls_url: str, authorities: tuple[Authority, Authority], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = tls_url.replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(ConnectionFailed, match=r"certificate verify failed|refused"):
        database.connect(f"{url}mysql?ssl-mode=VERIFY_IDENTITY", str(authorities[0].path))


def test_a_server_without_tls_is_refused_where_tls_is_required() -> None:
    with servers.mariadb("--skip-ssl") as url:
        with pytest.raises(ConnectionFailed, match=r"SSL|TLS"):
            database.connect(f"{url}mysql?ssl-mode=REQUIRED")
        with database.connect(f"{url}mysql") as connection:
            assert not _cipher(connection)


def test_an_authority_that_is_no_file_is_named(mariadb_url: str) -> None:
    with pytest.raises(BadSetting, match=r"DATABASE_CA_CERT '/no/such\.pem' is no file"):
        database.connect(f"{mariadb_url}mysql?ssl-mode=REQUIRED", "/no/such.pem")
