"""A rehearsal: an undisturbed upgrade and downgrade, to know when to disturb the next ones and what they have to leave."""

import time
from dataclasses import dataclass
from functools import partial

from tests.faults.picture import Picture
from tests.faults.processes import Command, forked
from tests.support import Database

VERBS = ("upgrade", "downgrade")


@dataclass(frozen=True)
class Rehearsal:
    """A Rehearsal is what an undisturbed run of each verb did to a database, and what it left."""

    units: int
    before: Picture
    left: dict[str, Picture]
    statements: dict[str, list[str]]
    seconds: dict[str, float]

    @classmethod
    def of(cls, database: Database, way: Command, units: int = 1) -> "Rehearsal":
        """Upgrade and downgrade a database that is not seeded."""
        found = cls(units, Picture.of(database), {}, {}, {})
        for verb in VERBS:
            started = time.perf_counter()
            ended = forked(partial(way.run, verb, database))
            assert ended.code == 0, ended.said
            found.seconds[verb] = time.perf_counter() - started
            found.statements[verb] = ended.statements
            found.left[verb] = Picture.of(database)
            found.left[verb].assert_whole(found.before, units)
        assert found.left["downgrade"] == found.before
        return found

    def finish(self, database: Database, way: Command, verb: str) -> None:
        """Whatever has happened: each table is whole, and the same command leaves what an undisturbed one leaves."""
        Picture.of(database).assert_whole(self.before, self.units)
        code, said = way.run(verb, database)
        assert code == 0, said
        assert Picture.of(database) == self.left[verb]
