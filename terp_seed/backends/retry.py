"""The retry: how a transaction is retried after a conflict with another one, on one server or in a cluster.

It is rolled back completely and run again, at most ATTEMPTS times in all, provided that the run still holds its lock.
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
    """Run `work` in its own transaction, with retries after conflicts. Return its result, after calling `told` with it."""
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
    """Roll back a transaction after a conflict. Raises any other error again, and SeedError if the lock is lost."""
    if not backend_of(connection.engine.url).is_conflict(error):
        raise error
    connection.rollback()
    lock.assert_held(connection, names)  # the conflict may have been a run that took over our lease
    connection.rollback()


def pause(name: str, lost: int, error: DBAPIError, warned: Callable[[str], None]) -> None:
    """Wait before a retry. Raises SeedError after too many conflicts."""
    cause = driver_errors.cause(error)
    if lost == ATTEMPTS:
        raise SeedError(
            f"{name} was rolled back by conflicts with other transactions {lost} times: {cause}. Expected "
            "no conflicting writes by applications. It was rolled back; earlier commits were kept. Run the same command "
            "again when there is less load."
        ) from error
    warned(f"{name} was rolled back by a conflict with another transaction ({cause}) and is retried")
    time.sleep(_PAUSE_SECONDS * lost)
