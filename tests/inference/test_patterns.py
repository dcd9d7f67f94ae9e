"""A CHECK with a regular expression gets a text that matches it."""

import pytest

from terp_seed.inference.patterns import example


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[A-Z]{3}-[0-9]+$", "AAA-0"),
        (r"^\d{5}(-\d{4})?$", "11111-1111"),
        ("^(red|green)$", "red"),
        ("^[[:alpha:]]{2,4}$", "AA"),
        (r"^[^@]+@[^@]+\.[a-z]{2,}$", "a@a.aa"),
        (r"^\+?[0-9 ]{7,}", "+0000000"),
    ],
)
def test_example(pattern: str, expected: str) -> None:
    assert example(pattern) == expected


@pytest.mark.parametrize("pattern", ["", "^(a$", "(?=a)b", "[a", "a{2"])
def test_what_cannot_be_made(pattern: str) -> None:
    assert example(pattern) is None
