"""The retry: what becomes of a transaction that lost against another one, on one server or in a cluster.

It is rolled back whole and run again from its start, at most ATTEMPTS times, by a run that still holds its lock.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import driver_errors, lock
from terp_seed.backends.deferred_signals import Interrupts
from terp_seed.backends.registry import backend_of
from terp_seed.errors import SeedError
from terp_seed.model.names import Names

ATTEMPTS = 3
_PAUSE_SECONDS = 0.2

T = TypeVar("T")


def run_whole(
    connection: sa.Connection,
    names: Names,
    name: str,
    work: Callable[[], T],
    warned: Callable[[str], None],
    told: Callable[[T], None] = lambda done: None,
) -> T:
    """Do work in one transaction of its own and commit it, again where it lost. Tells and returns what the work returned."""
    lost = 0
    while True:
        try:
            done = work()
            lock.assert_held(connection, names)
            with Interrupts() as interrupts:
                interrupts.hold()
                connection.commit()
                told(done)
            return done
        except DBAPIError as error:
            roll_back(connection, names, error)
            lost += 1
            pause(name, lost, error, warned)


def roll_back(connection: sa.Connection, names: Names, error: DBAPIError) -> None:
    """Roll back a transaction that lost. Raises the error where that is not what happened, and LockLost without the lock."""
    if not backend_of(connection.engine.url).is_conflict(error):
        raise error
    connection.rollback()
    lock.assert_held(connection, names)  # or was it the run that took our lease over?
    connection.rollback()


def pause(name: str, lost: int, error: DBAPIError, warned: Callable[[str], None]) -> None:
    """Give others time before what lost is run again. Raises SeedError when it has lost too often."""
    cause = driver_errors.cause(error)
    if lost == ATTEMPTS:
        raise SeedError(
            f"{name} was rolled back by conflicts with other transactions {lost} times: {cause}. Expected "
            "applications to leave its rows alone for that long. It was undone; what was committed before it stays. Run the "
            "same command again, at a quieter hour."
        ) from error
    warned(f"{name} was rolled back by a conflict with another transaction ({cause}) and is retried")
    time.sleep(_PAUSE_SECONDS * lost)
