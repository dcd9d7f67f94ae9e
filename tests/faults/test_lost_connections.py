"""The promise: a cut connection or a dead server leaves each table whole or empty, and the same command finishes."""

import random
import re
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy.engine import make_url

from tests import rows_of_users
from tests.conftest import EVERY_SERVER_PLACE
from tests.faults.picture import Picture
from tests.faults.processes import Death, commands, forked
from tests.faults.proxy import Proxy
from tests.faults.rehearsal import VERBS, Rehearsal
from tests.servers import OF_MYSQL, Server
from tests.support import ALL_FAULTS, SMALL, Database
from tests.test_rows_are_a_pure_function import GOLDEN

BYTES = {"upgrade": 150_000, "downgrade": 14_000}  # that a run sends, and a few more
# what is lost with the power must not have been promised
DURABLE = {"postgresql": "--fsync=on"}
_DURABLE_OF_MYSQL = "--innodb-flush-log-at-trx-commit=1"
PLAIN = {"postgresql": {"sslmode": "disable"}}  # the proxy reads along
_PLAIN_OF_MYSQL = {"ssl-mode": "DISABLED"}


@pytest.mark.parametrize("place", EVERY_SERVER_PLACE)
def test_a_cut_connection(place: str, new_terp: Callable[[str], Database]) -> None:
    terp, ways, dice = new_terp(place), commands(), random.Random(place)
    rows_of_users.add(terp, "mine")
    rehearsal, url = Rehearsal.of(terp, ways[0]), make_url(terp.url)
    cut = dict.fromkeys(VERBS, 0)
    for number in range(40 if ALL_FAULTS else 3):
        way = ways[number % 2]
        for verb in VERBS:
            proxy = Proxy(str(url.host), int(url.port or 0), dice.randrange(3_000, BYTES[verb]))
            code, said = way.run(verb, Database(url.set(port=proxy.port).render_as_string(), terp.kind))
            proxy.close()
            assert code == 0 or said.count("Error: ") + said.count("FAILED: ") == 1, said
            cut[verb] += code != 0
            rehearsal.finish(terp, way, verb)
    assert all(cut.values()), cut


@pytest.mark.parametrize("verb", VERBS)
def test_a_commit_without_an_answer(every_server_terp: Database, verb: str) -> None:
    way, url = commands()[0], make_url(every_server_terp.url).set(query=PLAIN.get(every_server_terp.kind, _PLAIN_OF_MYSQL))
    rehearsal = Rehearsal.of(every_server_terp, way)
    commits = rehearsal.statements[verb].count("COMMIT")
    done_all_the_same = 0
    for number in range(1, commits + 1) if ALL_FAULTS else (commits // 2, commits // 2 + 1):
        if verb == "downgrade":
            rehearsal.finish(every_server_terp, way, "upgrade")
        proxy = Proxy(str(url.host), int(url.port or 0), commits=number)
        through = Database(url.set(port=proxy.port).render_as_string(), every_server_terp.kind)
        code, said = way.run(verb, through)
        proxy.close()
        told = set(re.findall(r"(\w+): \d+ rows (?:seeded|rolled back)", said))
        counts = every_server_terp.counts()
        changed = {table for table in SMALL if bool(counts[table]) == (verb == "upgrade")}
        assert told <= changed, said
        if told != changed:
            assert code != 0
            assert "transaction was rolled back" not in said
            assert "did not answer a COMMIT (`terp-seed status` shows whether it took effect)" in said
            done_all_the_same += 1
        rehearsal.finish(every_server_terp, way, verb)
        rehearsal.finish(every_server_terp, way, "downgrade")
    assert done_all_the_same


@pytest.mark.parametrize("every_table", [False, True] if ALL_FAULTS else [False])
def test_a_server_that_dies(any_private_server: Server, every_table: bool) -> None:
    units = 10 if ALL_FAULTS else 3
    dice, way = random.Random(7 + every_table), commands(f"x{units}")[0]
    durable = DURABLE.get(any_private_server.kind, _DURABLE_OF_MYSQL)
    with any_private_server.running(durable):
        terp = Database.create(any_private_server.url, any_private_server.kind)
        # all of TERP's tables are in MySQL's SQL; elsewhere the ten have other deaths
        terp = terp.with_every_table() if every_table and any_private_server.kind in OF_MYSQL else terp.with_tables()
        rows_of_users.add(terp, "mine")
        rehearsal = Rehearsal.of(terp, way, units)
        for _ in range(20 if ALL_FAULTS else 1):
            for verb in VERBS:
                number = dice.randrange(len(rehearsal.statements[verb]))
                ended = forked(partial(way.run, verb, terp), Death(number, dice.random() < 0.5, any_private_server.processes))
                any_private_server.kill()
                assert ended.code in (0, 1), ended.said
                assert ended.said.count("Error: ") == ended.code, ended
                any_private_server.start(durable)
                rehearsal.finish(terp, way, verb)


def test_a_server_with_small_packets(private_server: Server) -> None:
    with private_server.running("--max-allowed-packet=65536") as url:
        terp = Database.create(url, private_server.kind).with_tables()
        before = Picture.of(terp)
        code, said = commands("medium")[0].run("upgrade", terp)
        assert code == 0, said
        assert terp.digest() == GOLDEN["medium", 42]
        assert terp.cli("downgrade", "-f").exit_code == 0
        terp.execute(f"SET GLOBAL max_allowed_packet = {32 * 1024}")  # too small for our statements
        for way in commands():
            code, said = way.run("upgrade", terp)
            assert code != 0
            assert said.count("Error: ") + said.count("FAILED: ") == 1, said
            assert "max_allowed_packet is 32768: expected at least 65536" in said
        Picture.of(terp).assert_whole(before)
        terp.execute(f"SET GLOBAL max_allowed_packet = {64 * 1024}")
        code, said = commands()[0].run("upgrade", terp)
        assert code == 0, said
        assert terp.digest() == GOLDEN["small", 42]
