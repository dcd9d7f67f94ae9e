"""A CHECK with a regular expression gets a text that matches it."""

import pytest

from terp_seed.inference.patterns import example, numbered


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


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^\d{11}$", ["{:011d}"]),
        (r"^\d{15}[\dX]$", ["{:016d}"]),
        ("^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$", ["AAAAA{:07d}"]),
        (r"^T-?\d{3}.?\d{3}.?\d{3}[-.]?\d$", ["T{:010d}", "T-{:03d}a111a111-1"]),
        ("^10[0-9]{5}$", ["10{:05d}"]),
        (r"^\{[0-9]{4}\}$", ["{{{:04d}}}"]),
        ("^[a-z]+$", []),
        ("^(a$", []),
    ],
)
def test_number_of_a_row_in_a_pattern(pattern: str, expected: list[str]) -> None:
    assert [*dict.fromkeys(numbered(pattern))] == expected
