"""CHECKs are read as each server spells them, or left unread, and never misread."""

from decimal import Decimal

import pytest

from terp_seed.inference.constraints import Bounds, bounds_of
from terp_seed.inference.sql_tokens import columns_of, with_values

COLUMNS = ("price", "status", "code", "a", "b", "payload", "StartDate")


def _read(sql: str) -> dict[str, Bounds]:
    return bounds_of([sql], COLUMNS)


@pytest.mark.parametrize(
    ("sql", "low", "high"),
    [
        ("price > 0", Decimal(0), None),
        ("(price >= (0)::numeric)", Decimal(0), None),
        ("0 < price", Decimal(0), None),
        ("`price` between 1 and 5", Decimal(1), Decimal(5)),
        ("(price >= 1) AND (price <= 5)", Decimal(1), Decimal(5)),
        ('"price" > -5.5', Decimal("-5.5"), None),
        ("price IS NULL OR price < 100", None, Decimal(100)),
        ("price > '2000-01-01'", "2000-01-01", None),
        ("(price IS NOT NULL AND price >= 1 AND price < 5) OR (price IS NOT NULL AND price >= 5 AND price < 9)", 1, 9),
        ("(price >= 1 AND price < 5) OR (price >= 7 AND price < 8) OR (price >= 8 AND price < 9)", 7, 9),
        ("price < 5 OR price >= 5", None, None),
    ],
)
def test_ranges(sql: str, low: object, high: object) -> None:
    assert (_read(sql)["price"].low, _read(sql)["price"].high) == (low, high)


@pytest.mark.parametrize(
    "sql",
    [
        "status in ('x', 'y')",
        "(`status` in (_utf8mb4'x',_utf8mb4'y'))",
        "((status)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
        "status = 'x' OR status = 'y'",
        "status IS NULL OR [status] IN ('x', 'y')",
        "((status IS NOT NULL) AND (status = 'x'::text)) OR ((status IS NOT NULL) AND (status = ANY (ARRAY['y'::text])))",
    ],
)
def test_lists(sql: str) -> None:
    assert _read(sql)["status"].values == ("x", "y")


@pytest.mark.parametrize("sql", ["json_valid(`payload`)", "payload IS JSON", "(json_valid(payload))"])
def test_json(sql: str) -> None:
    assert _read(sql)["payload"].is_json


@pytest.mark.parametrize(
    ("sql", "shortest", "longest"),
    [("length(code) = 4", 4, 4), ("char_length((code)::text) >= 3", 3, None), ("LENGTH(code) < 9", 0, 8)],
)
def test_lengths(sql: str, shortest: int, longest: int | None) -> None:
    assert (_read(sql)["code"].shortest, _read(sql)["code"].longest) == (shortest, longest)


def test_two_columns() -> None:
    assert _read("a <= b")["b"].at_least == (("a", False),)
    assert _read("StartDate > a")["StartDate"].at_least == (("a", True),)


@pytest.mark.parametrize(
    "sql",
    [
        "lower(code) = code",
        "price * 2 > 5",
        "NOT (price > 0)",
        "coalesce(price, 1) > 0",
        "price % 2 = 0",
        "a IS NOT NULL OR b IS NOT NULL",
        "status NOT IN ('x')",
        "a > 1 OR b > 1",
        "(a > 1) = (b > 1)",
        "(a = 1 AND b = 2) OR a = 3",
        "(a = 1 AND upper(a) = 2) OR a = 3",
        "a > 1 OR a = 0",
    ],
)
def test_the_rest_stays_unread(sql: str) -> None:
    assert _read(sql) == {}


def test_columns_are_replaced_outside_of_texts_only() -> None:
    sql = "a > 1 AND \"b\" <> 'a' AND code::a IS NULL"
    assert columns_of(sql, COLUMNS) == ("a", "b", "code")
    assert with_values(sql, {"a": "7", "b": "'z'"}) == "7 > 1 AND 'z' <> 'a' AND code::a IS NULL"
