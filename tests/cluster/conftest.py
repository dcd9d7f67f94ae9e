"""Fixtures: one cluster for all tests, and a database with TERP's tables on it for each."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.cluster.nodes import Cluster, cluster
from tests.support import Database

_numbers = itertools.count(1)
Terps = list[Database]  # the same database through each of the three nodes


@pytest.fixture(scope="session")
def nodes() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture
def new_terps(nodes: Cluster) -> Iterator[Callable[[], Terps]]:
    """Return what makes databases with TERP's tables, each seen through every node."""
    made: list[str] = []

    def make() -> Terps:
        made.append(f"terp_{next(_numbers)}")
        nodes.nodes[0].execute(f"CREATE DATABASE {made[-1]} CHARACTER SET utf8mb4")
        terps = [Database(f"{node.url}{made[-1]}", "mariadb") for node in nodes.nodes]
        ran = terps[0].alembic("upgrade", "head")
        assert ran.code == 0, ran
        return terps

    yield make
    nodes.heal()
    for name in made:
        nodes.nodes[0].execute(f"DROP DATABASE {name}")


@pytest.fixture
def terps(new_terps: Callable[[], Terps]) -> Terps:
    """Return a database with TERP's tables, seen through each node."""
    return new_terps()
