"""Connections: three attempts, no password in a message, and addresses as they come."""

import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pymysql
import pytest
from sqlalchemy.exc import OperationalError

from terp_seed.backends import connection as database
from terp_seed.backends.sqlite import engine as sqlite
from terp_seed.errors import BadSetting, ConnectionFailed
from tests import servers


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
def test_wrong_password_or_unknown_database_fails_immediately(
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
    url = mariadb_url.replace("root@", "odd:p%40ss%2Fw%3Ard%23%C3%A9@") + "information_schema"
    with database.connect(url) as connection:
        assert connection.exec_driver_sql("SELECT USER()").scalar_one().startswith("odd@")
    assert "***" in database.label(url)
    assert "p%40" not in database.label(url)


def test_an_ipv6_host_is_reached(private_server: servers.Server) -> None:
    with private_server.running(host="::1") as url:
        assert "[::1]" in url
        with database.connect(url + "mysql") as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "oracle://localhost/x", "mysql://root@localhost:port/x", "mysql://root@localhost/x?ssl-mode=MAYBE"],
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="expected"):
        database.connect(url)


def test_an_authority_that_is_no_file_is_named(mariadb_url: str) -> None:
    with pytest.raises(BadSetting, match=r"DATABASE_CA_CERT '/no/such\.pem' is not a file"):
        database.connect(f"{mariadb_url}mysql?ssl-mode=REQUIRED", "/no/such.pem")


OUT_OF_THE_CLUSTER = (
    "The node is currently not in the cluster's primary component: connect to another node, or wait for this one."
)


def _not_primary(*_: object) -> NoReturn:
    raise pymysql.err.OperationalError(1047, "WSREP has not yet prepared node for application use")


def test_node_outside_its_cluster_is_retried_and_named(
    mariadb_url: str, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pymysql.cursors.Cursor, "execute", _not_primary)
    with pytest.raises(ConnectionFailed, match=r"after 3 attempts: .*\(1047\)") as failed:
        database.connect(mariadb_url + "mysql")
    assert OUT_OF_THE_CLUSTER in str(failed.value)
    assert len(waits) == 2


def test_connection_refusing_rollback_is_closed_silently(
    mariadb_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connection = database.connect(mariadb_url + "mysql")
    monkeypatch.setattr(pymysql.connections.Connection, "rollback", _not_primary)
    connection.close()
    assert connection.closed
    assert caplog.records == []


def test_ambiguous_error_number_is_explained_by_its_message() -> None:
    for said, way_out in (
        (
            "Error while appending streaming replication fragment(provider status: Not connected to Primary Component)",
            OUT_OF_THE_CLUSTER,
        ),
        ("Got error 90 'Message too long' during COMMIT", "Raise wsrep_max_ws_rows or wsrep_max_ws_size on every node."),
    ):
        error = OperationalError(None, None, pymysql.err.OperationalError(1180, said))  # type: ignore[arg-type]
        assert way_out in str(database.explain(error))


def test_interrupt_inside_our_sql_function_stays_an_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_text: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(sqlite, "sha3", interrupt)
    with (
        contextlib.closing(database.connect(f"sqlite:///{tmp_path}/x.db", writes=True)) as connection,
        pytest.raises(KeyboardInterrupt),
    ):
        connection.exec_driver_sql("SELECT sha3('x')")
