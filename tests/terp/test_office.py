"""What surrounds the trade: as many rows in every unit, in order, written while the office is open, and not all the same."""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from terp_seed.model.recipe import Recipe, Size
from terp_seed.model.table import Row, SeedTable, Unit
from terp_seed.settings import FIRST_AS_OF, LAST_AS_OF
from terp_seed.terp.appointments import CALENDAR_EVENTS
from terp_seed.terp.comments import COMMENTS
from terp_seed.terp.contacts import CLIENT_ACTIVITY, CLIENT_COMMUNICATIONS
from terp_seed.terp.inbox import INBOX_ITEMS
from terp_seed.terp.notes import CLIENT_NOTES, FREEFORM_NOTES
from terp_seed.terp.participants import CALENDAR_EVENT_PARTICIPANTS
from terp_seed.terp.pricing import PRICING_DEFAULTS, PRICING_PROFILES, PRICING_RULES
from terp_seed.terp.tags import CLIENT_TAGS, PRODUCT_TAGS, TAGS
from terp_seed.terp.tasks import TODO_LISTS, TODO_TASKS
from terp_seed.terp.wishes import CLIENT_NEEDS, VENDOR_SUPPLY

# each table, and the column by which its rows are in order
TABLES: dict[SeedTable, str] = {
    CALENDAR_EVENTS: "created_at",
    CALENDAR_EVENT_PARTICIPANTS: "added_at",
    CLIENT_ACTIVITY: "created_at",
    CLIENT_COMMUNICATIONS: "communicated_at",
    CLIENT_NEEDS: "created_at",
    CLIENT_NOTES: "created_at",
    CLIENT_TAGS: "createdAt",
    COMMENTS: "created_at",
    FREEFORM_NOTES: "createdAt",
    INBOX_ITEMS: "created_at",
    PRICING_DEFAULTS: "created_at",
    PRICING_PROFILES: "created_at",
    PRICING_RULES: "created_at",
    PRODUCT_TAGS: "createdAt",
    TAGS: "createdAt",
    TODO_LISTS: "created_at",
    TODO_TASKS: "created_at",
    VENDOR_SUPPLY: "created_at",
}
PLANNED = {"due_date", "expires_at", "available_until"}
OPENS, CLOSES = time(13), time(22, 30)
TEXTS = {
    CLIENT_COMMUNICATIONS: ("subject", "notes"),
    COMMENTS: ("content",),
    FREEFORM_NOTES: ("title", "content"),
    TODO_TASKS: ("title",),
    CALENDAR_EVENTS: ("title",),
    INBOX_ITEMS: ("title",),
}
days = st.integers(0, (LAST_AS_OF - FIRST_AS_OF).days).map(lambda n: FIRST_AS_OF + timedelta(n))


def rows_of(table: SeedTable, seed: int, as_of: date, number: int = 1) -> list[Row]:
    """Return a table's rows of one unit; all ids of other tables begin at 1."""
    return list(table.rows(Unit(number, Recipe(Size(number), seed, as_of, 1), defaultdict(lambda: 1))))


@settings(max_examples=20)
@given(seed=st.integers(0, 2**63 - 1), as_of=days, number=st.integers(1, 1_000_000))
def test_units_have_equal_ordered_rows_before_as_of(seed: int, as_of: date, number: int) -> None:
    for table, order in TABLES.items():
        rows = rows_of(table, seed, as_of, number)
        assert len(rows) == table.per_unit, table.name
        moments = [row[order] for row in rows]
        assert moments == sorted(moments), table.name
        for row in rows:
            done = {name: value for name, value in row.items() if isinstance(value, datetime) and name not in PLANNED}
            assert all(value.date() < as_of and OPENS <= value.time() <= CLOSES for value in done.values()), (table.name, done)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**63 - 1), as_of=days)
def test_no_text_repeats_in_a_third_of_rows(seed: int, as_of: date) -> None:
    for table, columns in TEXTS.items():
        rows = [row for number in (1, 2, 3) for row in rows_of(table, seed, as_of, number)]
        for column in columns:
            (text, count), *_ = Counter(str(row[column]) for row in rows if row[column] is not None).most_common(1)
            assert count * 3 < len(rows), (table.name, column, text)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**63 - 1), as_of=days)
def test_nobody_works_on_weekends(seed: int, as_of: date) -> None:
    for table in (CLIENT_COMMUNICATIONS, COMMENTS, FREEFORM_NOTES, TODO_TASKS, INBOX_ITEMS, CLIENT_NEEDS, VENDOR_SUPPLY):
        for row in rows_of(table, seed, as_of):
            done = {name: value for name, value in row.items() if isinstance(value, datetime) and name not in PLANNED}
            assert all(value.weekday() < 5 for value in done.values()), (table.name, done)


def test_two_units_of_one_seed_are_different() -> None:
    for table in (CLIENT_COMMUNICATIONS, TODO_TASKS, COMMENTS, CALENDAR_EVENTS):
        assert rows_of(table, 42, date(2026, 3, 4), 1) != rows_of(table, 42, date(2026, 3, 4), 2), table.name
