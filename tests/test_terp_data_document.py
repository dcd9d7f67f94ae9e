"""The page about TERP's data says what is seeded: its tables, its states and its users."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from terp_seed.model.recipe import Recipe, Size
from terp_seed.model.table import SeedTable
from terp_seed.terp import TABLES
from terp_seed.terp.accounts import ACCOUNTS
from terp_seed.terp.locations import LOCATIONS
from terp_seed.terp.slots import BILL_SLOTS, BY_HAND, NOT_SHIPPED, ORDER_SLOTS, SHIPMENTS, STATUSES
from terp_seed.terp.users import USERS
from tests.support import PROJECT

TEXT = (PROJECT / "docs" / "terp-data.md").read_text()
INVOICES = ("PAID", "PARTIAL", "SENT", "VIEWED", "OVERDUE", "VOID", "DRAFT")


def _rows(section: str) -> Iterator[list[str]]:
    """Yield the cells of a section's table rows."""
    for line in TEXT.partition(f"# {section}\n")[2].partition("\n#")[0].splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _counts(cell: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r"`?(\w+)`? (\d+)", cell)}


def test_every_table_is_listed_with_revision_and_rows() -> None:
    known: set[str] = set()
    for (name, rows, companions, shared), table in zip(list(_rows("A unit"))[2:], TABLES, strict=True):
        found: list[SeedTable] = [t for t in (*table.companions, *table.followers) if t.name not in known]
        known |= {t.name for t in found}
        assert (name, int(rows)) == (f"`{table.name}`", table.per_unit)
        assert _counts(companions) == {t.name: t.per_unit for t in found if not t.shared}, name
        assert _counts(shared) == {t.name: t.per_unit for t in found if t.shared}, name
    assert len(known) == 51


def test_the_numbers_of_companions_are_right() -> None:
    companions = {t.name: t for table in TABLES for t in (*table.companions, *table.followers)}.values()
    unit, once = (sum(t.per_unit for t in companions if t.shared is shared) for shared in (False, True))
    assert f"A unit has {unit:,} companions, and {once} more are there once: {unit + once:,} at small" in TEXT
    assert f"{unit * 100 + once:,} at large" in TEXT


def test_order_states_match_the_slots() -> None:
    shown: Counter[str] = Counter()
    for state, rows, *_ in list(_rows("Orders"))[2:]:
        found = {name: n for name, n in _counts(state).items() if name.isupper()}
        assert sum(found.values()) in (0, int(rows)), state
        shown.update(found)
    quotes = Counter(slot.quote for slot in ORDER_SLOTS if slot.quote)
    sales = Counter(slot.fulfillment for slot in ORDER_SLOTS if not slot.is_draft)
    assert shown == quotes + sales - Counter(CANCELLED=2)
    assert sum(int(rows) for _, rows, *_ in list(_rows("Orders"))[2:]) == len(ORDER_SLOTS)


def test_invoice_batch_and_bill_states_match_the_slots() -> None:
    by_hand = Counter(slot.status for slot in BY_HAND)
    kinds = [Counter(slot.invoice for slot in slots if slot.invoice) for slots in (SHIPMENTS, NOT_SHIPPED)]
    for (_, *numbers), made in zip(list(_rows("Invoices"))[2:], (*kinds, by_hand), strict=True):
        assert list(map(int, numbers)) == [*(made[status] for status in INVOICES), made.total()]
    states = dict(_rows("Batches, purchases and payments"))
    assert _counts(states["`batches`"].partition(";")[0]) == Counter(STATUSES)
    assert _counts(states["`bills`"].partition(":")[0]) == Counter(slot.status for slot in BILL_SLOTS)


def test_every_adopted_table_and_every_user_is_listed() -> None:
    adopted = {t.name: t.adopts for table in TABLES for t in (*table.companions, *table.followers) if t.adopts}
    shown = {table.strip("`"): tuple(re.findall(r"`(\w+)`", key)) for table, key, _ in list(_rows("What TERP made already"))[2:]}
    assert shown == adopted
    assert {ACCOUNTS.name, LOCATIONS.name} == {
        table.strip("`") for table, _, maker in _rows("What TERP made already") if maker.endswith("start-up")
    }
    users = USERS.sample(Recipe(Size.parse("small"), 42, date(2026, 3, 1), 1))
    assert set(re.findall(r"`(terp-seed-\w+)`", TEXT)) == {user["openId"] for user in users}
