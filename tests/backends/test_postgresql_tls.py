"""TLS on PostgreSQL is what the address says, and a certificate given as text leaves no file behind."""

import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, OperationalError

from terp_seed.backends.postgresql import session
from terp_seed.backends.postgresql.address import normalized
from terp_seed.backends.postgresql.engine import engine_for
from terp_seed.backends.postgresql.tls import TLS
from terp_seed.errors import BadSetting
from tests.certificates import Authority
from tests.servers import PostgreSQL

TLS_ONLY = "hostssl all all all trust"
UNKNOWN_ISSUER = "certificate verify failed"
MODES = ("", "prefer", "require", "verify-ca", "verify-full")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> PostgreSQL:
    return PostgreSQL(tmp_path_factory.mktemp("postgresql"))


@pytest.fixture
def no_files_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return the folder of temporary files, and fail if one is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty home: libpq looks there for certificates."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _shown(server: PostgreSQL, authority: Authority, host: str, *rules: str) -> tuple[str, ...]:
    """Return what a server is started with to show a certificate of this host, and to take only these connections."""
    files = [Path(option.partition("=")[2]) for option in authority.server_options(host)]
    return *server.tls_options(*files), server.rules(*rules)


def _engine(url: str, words: str = "", ca_cert: str | None = None) -> sa.Engine:
    return engine_for(normalized(make_url(f"{url}postgres?{words}" if words else f"{url}postgres")), ca_cert)


def _is_encrypted(url: str, words: str = "", ca_cert: str | None = None) -> bool:
    with _engine(url, words, ca_cert).connect() as connection:
        return bool(connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar())


def _refusal(url: str, words: str = "", ca_cert: str | None = None) -> str:
    with pytest.raises(OperationalError) as refused:
        _engine(url, words, ca_cert).connect()
    return str(refused.value.orig)


def test_server_requiring_tls_needs_the_right_authority(server: PostgreSQL, tmp_path: Path, no_files_left: Path) -> None:
    good, wrong = Authority(tmp_path, "good"), Authority(tmp_path, "wrong")
    with server.running(*_shown(server, good, "127.0.0.1", TLS_ONLY)) as url:
        for mode in MODES:
            words = f"sslmode={mode}" if mode else ""
            for given in (str(good.path), good.path.read_text(), good.path.read_text().replace("\n", "\\n")):
                assert _is_encrypted(url, words, given)
            for given in (str(wrong.path), wrong.path.read_text()):
                assert UNKNOWN_ISSUER in _refusal(url, words, given)
            assert _is_encrypted(url, f"{words}&sslrootcert={good.path}".lstrip("&"))
            assert _is_encrypted(url, f"{words}&sslrootcert={wrong.path}".lstrip("&"), str(good.path))
            assert UNKNOWN_ISSUER in _refusal(url, f"{words}&ssl-ca={wrong.path}".lstrip("&"))


def test_no_authority_is_needed_unless_verified(server: PostgreSQL, tmp_path: Path) -> None:
    good = Authority(tmp_path, "good")
    with server.running(*_shown(server, good, "127.0.0.1", TLS_ONLY)) as url:
        for words in ("", "sslmode=prefer", "sslmode=require", "ssl=no-verify", "sslaccept=accept_invalid_certs"):
            assert _is_encrypted(url, words)
        for words in ("sslmode=verify-ca", "sslmode=verify-full", "ssl=true", "sslaccept=strict", "sslrootcert=system"):
            assert UNKNOWN_ISSUER in _refusal(url, words)
        assert "no encryption" in _refusal(url, "sslmode=disable")
        assert "no encryption" in _refusal(url, "sslmode=disable", str(good.path))


def test_authorities_of_the_machine_are_found(server: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = Authority(tmp_path, "good")
    monkeypatch.setenv("SSL_CERT_FILE", str(good.path))
    with server.running(*_shown(server, good, "127.0.0.1", TLS_ONLY)) as url:
        for words in ("sslrootcert=system", "sslmode=verify-ca", "ssl=true"):
            assert _is_encrypted(url, words)
        assert "does not match host name" in _refusal(url.replace("127.0.0.1", "localhost"), "sslmode=verify-ca")


def test_authority_of_the_home_counts_as_libpq_says(
    server: PostgreSQL, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, wrong = Authority(tmp_path, "good"), Authority(tmp_path, "wrong")
    (home / ".postgresql").mkdir(parents=True)
    found = home / ".postgresql" / "root.crt"
    with server.running(*_shown(server, good, "127.0.0.1", TLS_ONLY)) as url:
        found.write_bytes(good.path.read_bytes())
        assert _is_encrypted(url, "sslmode=verify-full")
        assert _is_encrypted(url, "sslmode=verify-ca")
        found.write_bytes(wrong.path.read_bytes())
        assert UNKNOWN_ISSUER in _refusal(url, "sslmode=require")
        assert _is_encrypted(url, "sslmode=require", good.path.read_text())
        monkeypatch.setenv("PGSSLROOTCERT", str(good.path))
        assert _is_encrypted(url, "sslmode=verify-full")


def test_certificate_of_another_host_is_refused(server: PostgreSQL, tmp_path: Path) -> None:
    good = Authority(tmp_path, "good")
    with server.running(*_shown(server, good, "db.example", TLS_ONLY)) as url:
        for words, given in (("sslmode=verify-full", str(good.path)), ("ssl=true", good.path.read_text())):
            assert "does not match host name" in _refusal(url, words, given)
            assert "does not match host name" in _refusal(url.replace("127.0.0.1", "localhost"), words, given)
        assert "does not match host name" in _refusal(url, f"sslmode=verify-full&sslrootcert={good.path}")
        for words in ("", "sslmode=require"):  # an authority is given, so that both are verified
            assert "does not match host name" in _refusal(url, words, str(good.path))
        assert _is_encrypted(url, "sslmode=verify-ca", str(good.path))


def test_server_without_tls_is_refused_when_required(server: PostgreSQL, tmp_path: Path) -> None:
    authority = str(Authority(tmp_path, "good").path)
    with server.running(server.without_tls) as url:
        for words, given in (("", authority), ("sslmode=require", None), ("sslmode=prefer", authority), ("ssl=true", None)):
            assert "server does not support SSL" in _refusal(url, words, given)
        assert not _is_encrypted(url)
        assert not _is_encrypted(url, "sslmode=prefer")
        assert not _is_encrypted(f"postgresql://postgres@:{server.port}/", f"host={server.sockets}", authority)


def test_client_shows_its_certificate(server: PostgreSQL, tmp_path: Path) -> None:
    good = Authority(tmp_path, "good")
    certificate, key, _ = (option.partition("=")[2] for option in good.server_options("postgres"))
    Path(key).chmod(0o600)
    with server.running(*_shown(server, good, "127.0.0.1", "hostssl all all all cert")) as url:
        assert _is_encrypted(url, f"sslcert={certificate}&sslkey={key}", str(good.path))
        assert _is_encrypted(url, f"ssl-cert={certificate}&ssl-key={key}")
        assert "valid client certificate" in _refusal(url, "sslmode=require")
    with pytest.raises(BadSetting, match="sslcert and sslkey in DATABASE_URL are not a certificate and its key"):
        _engine(url, f"sslcert={certificate}&sslkey={good.path}")


def test_text_is_a_file_only_while_connecting(no_files_left: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "good")
    asked = TLS.of({}, authority.path.read_text())
    assert list(no_files_left.iterdir()) == []
    with asked.files() as first, asked.files() as second:
        paths = [Path(words["sslrootcert"]) for words in (first, second)]
        assert paths[0] != paths[1]
        for path in paths:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            assert path.read_text() == authority.path.read_text()
    for failure in (OSError, KeyboardInterrupt):
        with pytest.raises(failure), asked.files():
            raise failure
    assert list(no_files_left.iterdir()) == []


def test_connections_of_one_engine_share_no_file(server: PostgreSQL, tmp_path: Path, no_files_left: Path) -> None:
    good = Authority(tmp_path, "good")
    with server.running(*_shown(server, good, "127.0.0.1", TLS_ONLY)) as url:
        engine = _engine(url, "sslmode=verify-full", good.path.read_text())
        found: list[object] = []

        def ask() -> None:
            with engine.connect() as connection:
                found.append(connection.exec_driver_sql("SELECT 1").scalar())

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [1] * 4


def test_full_temporary_folder_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = Authority(tmp_path, "good").path.read_text()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(BadSetting, match=r"no temporary file can be written \(No such file or directory\): expected the path"):
        _engine("postgresql://127.0.0.1:1/", "", text).connect()


def test_authority_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")
    (tmp_path / "empty.pem").write_text("no certificate")
    for given, said in (
        (str(broken), "is not a certificate"),
        (broken.read_text(), "DATABASE_CA_CERT is not a certificate"),
        (str(tmp_path / "empty.pem"), "is not a certificate"),
        (str(tmp_path / "missing.pem"), "is not a file"),
        (str(tmp_path), "is not a file"),
        ("x" * 5_000, "DATABASE_CA_CERT cannot be read"),
        ("a\0b", "DATABASE_CA_CERT "),
        ("-----BEGIN PRIVATE KEY-----\ns3cret", "DATABASE_CA_CERT is not a certificate"),
        ("-----BEGIN CERTIFICATE-----é", "DATABASE_CA_CERT is not a certificate"),
    ):
        with pytest.raises(BadSetting, match="expected the path of a PEM file, or its text") as refused:
            _engine("postgresql://127.0.0.1:1/", "", given)
        assert said in str(refused.value)
        assert "s3cret" not in str(refused.value)
        assert "\n" not in str(refused.value)
    with pytest.raises(BadSetting, match=r"sslrootcert in DATABASE_URL '.*missing\.pem' is not a file"):
        TLS.of({"sslrootcert": str(tmp_path / "missing.pem")}, None)


def test_variables_of_libpq_do_not_lead_elsewhere(server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PGHOST": "elsewhere.invalid",
        "PGHOSTADDR": "192.0.2.1",
        "PGPORT": "1",
        "PGDATABASE": "template1",
        "PGOPTIONS": "-c search_path=elsewhere",
        "PGTARGETSESSIONATTRS": "standby",
        "PGCLIENTENCODING": "LATIN1",
        "PGAPPNAME": "another",
        "PGSERVICE": "no_such_service",
        "PGSERVICEFILE": "/no/such/file",
        "PGLOADBALANCEHOSTS": "nonsense",
        "PGMINPROTOCOLVERSION": "nonsense",
        "PGMAXPROTOCOLVERSION": "nonsense",
    }.items():
        monkeypatch.setenv(name, value)
    with server.running() as url, _engine(url, "schema=App").connect() as connection:
        asked = "SELECT current_database(), current_setting('{}'), current_setting('{}'), current_setting('{}')"
        found = connection.exec_driver_sql(asked.format("search_path", "client_encoding", "application_name")).one()
        assert tuple(found) == ("postgres", '"App"', "UTF8", "terp_seed")


def test_unprepared_connection_is_closed(server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    with server.running() as url, _engine(url).connect() as connection:
        monkeypatch.setattr(session, "PINS", ("SELECT 1 / 0",))
        with pytest.raises(DataError, match="division by zero"):
            _engine(url).connect()
        others = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'terp_seed' AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + 10
        while connection.exec_driver_sql(others).scalar() and time.monotonic() < deadline:
            connection.rollback()  # the server needs a moment, and shows a transaction one picture
        assert connection.exec_driver_sql(others).scalar() == 0
