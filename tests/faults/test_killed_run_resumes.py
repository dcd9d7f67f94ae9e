"""The promise: a run killed at any statement leaves each table whole or empty, and the same command finishes it."""

import random
from collections.abc import Callable
from functools import partial

import pytest

from tests import rows_of_users
from tests.conftest import PLACES
from tests.faults.processes import Death, commands, forked
from tests.faults.rehearsal import VERBS, Rehearsal
from tests.support import ALL_FAULTS, Database

DICE = random.Random(4711)


def points(statements: list[str], count: int) -> list[int]:
    """Return the numbers of all statements; in the short cut of a few, with those around the DDL of the ledger."""
    around_ddl = {
        number + side
        for number, text in enumerate(statements)
        if text.strip().startswith(("CREATE TABLE", "DROP TABLE")) and "seed_ledger" in text
        for side in (0, 1)
    }
    assert around_ddl
    step = len(statements) // count
    return (
        list(range(len(statements))) if ALL_FAULTS else sorted({*around_ddl, *range(DICE.randrange(step), len(statements), step)})
    )


@pytest.mark.parametrize("place", PLACES)
def test_same_command_finishes_a_run_killed_mid_statement(place: str, new_terp: Callable[[str], Database]) -> None:
    terp, ways = new_terp(place), commands()
    rows_of_users.add(terp, "mine")
    rehearsal, other = (Rehearsal.of(terp, way) for way in ways)
    assert rehearsal.left == other.left
    moments = {verb: points(rehearsal.statements[verb], 2) for verb in VERBS}
    killed = dict.fromkeys(VERBS, 0)
    for number in range(max(map(len, moments.values()))):
        way = ways[number % 2]
        for verb in VERBS:
            if number < len(moments[verb]):
                ended = forked(partial(way.run, verb, terp), Death(moments[verb][number], after=number % 4 > 1))
                killed[verb] += ended.code == -9
            rehearsal.finish(terp, way, verb)
    assert killed["upgrade"] >= (100 if ALL_FAULTS else 3)
    assert killed["downgrade"] >= (40 if ALL_FAULTS else 3)


@pytest.mark.parametrize("place", PLACES)
def test_same_command_finishes_a_killed_large_run(place: str, new_terp: Callable[[str], Database]) -> None:
    units, rounds = (100, 10) if ALL_FAULTS else (4, 1)
    terp, ways = new_terp(place), commands(f"x{units}")
    rows_of_users.add(terp, "mine")
    rehearsal = Rehearsal.of(terp, ways[0], units)
    killed, haste, number = 0, 0.9, 0
    while number < rounds or killed < rounds:
        way = ways[number % 2]
        for verb in VERBS:
            moment = rehearsal.seconds[verb] * haste * DICE.random()
            died = forked(partial(way.run, verb, terp), seconds=moment).code == -9
            killed += died
            haste *= 1 if died else 0.8  # it was faster than its rehearsal: the next death comes earlier
            rehearsal.finish(terp, way, verb)
        number += 1
