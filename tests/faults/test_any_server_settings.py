"""The promise: whatever a server's settings are, the same rows are seeded, the same rollback is refused, and it is exact."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests import clients, scripts
from tests.faults.picture import Picture
from tests.faults.processes import commands
from tests.hostile_settings import administrator, as_documented_user, draw, set_globally
from tests.servers import Server
from tests.support import ALL_FAULTS, Database
from tests.test_rows_are_a_pure_function import GOLDEN

DRAWS = 200 if ALL_FAULTS else 2
Way = Callable[[str, Database], tuple[int, str]]


def _by_script(verb: str, terp: Database) -> tuple[int, str]:
    """Print the script of a command, and apply it with the server's own client."""
    arguments = {"upgrade": (*scripts.AS_OF, "upgrade", "head"), "downgrade": ("downgrade", "heads:base")}[verb]
    ran = clients.apply(terp, scripts.script(terp, *arguments))
    return ran.returncode, ran.stdout + ran.stderr


WAYS: tuple[Way, ...] = (*(command.run for command in commands()), _by_script)


def _seed_and_roll_back(terp: Database, way: Way, cursor: Any, user: int) -> None:
    """Seed, be refused because of one user's row, and roll back when that is gone."""
    code, said = way("upgrade", terp)
    assert code == 0, said
    assert terp.digest() == GOLDEN["small", 42]
    assert terp.cli("verify").exit_code == 0
    cursor.execute("INSERT INTO notes (client) VALUES (%s)", [user])
    for _ in range(2):
        code, said = way("downgrade", terp)
        assert code != 0, said
        assert "of notes.client" in said or "Rows of notes.client were not seeded" in said, said
        cursor.execute("SELECT client FROM notes")
        assert list(cursor.fetchall()) == [(user,)]
    assert terp.digest() == GOLDEN["small", 42]
    cursor.execute("DELETE FROM notes")
    code, said = way("downgrade", terp)
    assert code == 0, said


def test_rows_refusals_and_rollback_are_the_same(any_private_server: Server) -> None:
    with any_private_server.running() as url:
        owner = Database.create(url, any_private_server.kind).with_tables()
        owner.execute(
            "CREATE TABLE notes (client INT PRIMARY KEY, FOREIGN KEY (client) REFERENCES clients (id) ON DELETE CASCADE)"
        )
        terp = as_documented_user(owner)
        with administrator(owner) as cursor:
            before = Picture.of(owner)
            for number in range(DRAWS):
                settings = draw(Random(f"{any_private_server.kind} {number}"), any_private_server.kind)
                with set_globally(cursor, settings):
                    try:
                        _seed_and_roll_back(terp, WAYS[number % len(WAYS)], cursor, user=1 + number % 10)
                        assert Picture.of(terp) == before
                    except BaseException:
                        print(number, settings)
                        raise
