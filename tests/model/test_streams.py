"""Streams: the same draws everywhere, each within its range."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terp_seed.model.streams import Stream, fingerprint
from tests.support import PROJECT

# \x1f stands between the parts of a name
parts = st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=10)
names = st.lists(parts, min_size=1, max_size=4)
# what seeded databases were made with: these literals never change
PINNED_FINGERPRINT = 318464797767560162386773299567545597906
PINNED_DRAWS = [835386, 240137, 695833, 42788, 739736]

_PROGRAM = """
from terp_seed.model.streams import Stream, fingerprint
stream = Stream(1, 42, "", "clients", 7)
print(fingerprint(1, 42, "", "clients", 7), [stream.below(1_000_000) for _ in range(5)])
"""


def draws(stream: Stream, count: int = 20) -> list[int]:
    return [stream.below(2**31) for _ in range(count)]


def test_fingerprints_and_draws_are_pinned() -> None:
    stream = Stream(1, 42, "", "clients", 7)
    assert fingerprint(1, 42, "", "clients", 7) == PINNED_FINGERPRINT
    assert [stream.below(1_000_000) for _ in range(5)] == PINNED_DRAWS


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_another_process_draws_the_same(hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=environment, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == f"{PINNED_FINGERPRINT} {PINNED_DRAWS}"


@given(name=names)
def test_the_same_name_gives_the_same_draws(name: list[int | str]) -> None:
    assert draws(Stream(*name)) == draws(Stream(*name))
    assert fingerprint(*name) == fingerprint(*name)
    assert 0 <= fingerprint(*name) < 2**128


@given(one=names, other=names)
def test_different_names_give_different_draws(one: list[int | str], other: list[int | str]) -> None:
    same = [str(part) for part in one] == [str(part) for part in other]
    assert (fingerprint(*one) == fingerprint(*other)) == same
    assert (draws(Stream(*one)) == draws(Stream(*other))) == same


def test_name_differs_from_its_concatenated_parts() -> None:
    assert fingerprint("clients", 12) != fingerprint("clients1", 2)
    assert fingerprint("a", "") != fingerprint("a")
    assert fingerprint(1, 2) != fingerprint(2, 1)


def test_one_stream_does_not_disturb_another() -> None:
    alone = draws(Stream("orders", 1))
    first, second = Stream("orders", 1), Stream("orders", 2)
    between = []
    for _ in alone:
        second.shuffled(range(10))
        between.append(first.below(2**31))
    assert between == alone


@given(name=names, limit=st.integers(1, 2**53))
def test_below_stays_below(name: list[int | str], limit: int) -> None:
    stream = Stream(*name)
    assert all(0 <= stream.below(limit) < limit for _ in range(20))


@given(name=names, low=st.integers(-(2**40), 2**40), width=st.integers(0, 2**40))
def test_between_keeps_both_ends(name: list[int | str], low: int, width: int) -> None:
    stream = Stream(*name)
    assert all(low <= stream.between(low, low + width) <= low + width for _ in range(20))


def test_below_and_between_reach_every_value() -> None:
    stream = Stream("reach")
    assert {stream.below(6) for _ in range(500)} == set(range(6))
    assert {stream.between(-2, 3) for _ in range(500)} == set(range(-2, 4))
    assert {stream.between(5, 5) for _ in range(50)} == {5}
    assert {stream.below(1) for _ in range(50)} == {0}


@given(name=names)
def test_no_chance_and_full_chance_are_certain(name: list[int | str]) -> None:
    stream = Stream(*name)
    assert not any(stream.chance(0) for _ in range(50))
    assert all(stream.chance(100) for _ in range(50))


@pytest.mark.parametrize("percent", [1, 10, 50, 85])
def test_chance_comes_true_about_as_often_as_stated(percent: int) -> None:
    stream = Stream("chance", percent)
    true = sum(stream.chance(percent) for _ in range(20_000))
    assert abs(true - 200 * percent) < 250


@given(name=names, choices=st.lists(st.integers(), min_size=1, max_size=10))
def test_pick_takes_one_of_the_choices(name: list[int | str], choices: list[int]) -> None:
    stream = Stream(*name)
    assert all(stream.pick(choices) in choices for _ in range(20))


def test_pick_takes_each_choice_about_as_often() -> None:
    stream = Stream("pick")
    picked = [stream.pick("abcd") for _ in range(8_000)]
    assert all(1_800 < picked.count(letter) < 2_200 for letter in "abcd")


@given(name=names, items=st.lists(st.integers(), max_size=30))
def test_shuffled_keeps_every_item_and_the_original(name: list[int | str], items: list[int]) -> None:
    before = list(items)
    left = Stream(*name).shuffled(items)
    assert sorted(left) == sorted(items)
    assert items == before
    assert left is not items
    assert left == Stream(*name).shuffled(tuple(items))


def test_shuffled_reaches_every_order() -> None:
    stream = Stream("orders of three")
    assert len({tuple(stream.shuffled("abc")) for _ in range(300)}) == 6
