"""Foreign keys of several columns, and those that share one, are filled from one row, or refused by name."""

import pytest

from tests.inference.planned import planned, plans

TENANTS = """
CREATE TABLE tenants (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE clients (tenant_id INT NOT NULL REFERENCES tenants(id), no INT NOT NULL, PRIMARY KEY (tenant_id, no));
CREATE TABLE orders (tenant_id INT NOT NULL, no INT NOT NULL, client_no INT NOT NULL, PRIMARY KEY (tenant_id, no),
    FOREIGN KEY (tenant_id, client_no) REFERENCES clients(tenant_id, no));
"""


def texts(ddl: str, table: str = "t") -> dict[str, str]:
    return {name: chosen.text for name, chosen in plans(TENANTS + ddl)[table].columns.items()}


def test_one_column_leads_and_others_follow() -> None:
    assert texts("", "orders") == {
        "tenant_id": 'c.ref("clients")',
        "no": "c.integer(1, 1000)",
        "client_no": 'c.same("tenant_id.no")',
    }


def test_shorter_key_is_implied_by_longer() -> None:
    ddl = """CREATE TABLE t (id INTEGER PRIMARY KEY, tenant_id INT NOT NULL REFERENCES tenants(id), client_no INT NOT NULL,
        FOREIGN KEY (tenant_id, client_no) REFERENCES clients(tenant_id, no))"""
    assert texts(ddl) == {"tenant_id": 'c.same("client_no.tenant_id")', "client_no": 'c.ref("clients")'}


def test_shared_column_comes_from_nearest_row() -> None:
    ddl = """CREATE TABLE t (id INTEGER PRIMARY KEY, tenant_id INT NOT NULL, client_no INT NOT NULL, order_no INT NOT NULL,
        FOREIGN KEY (tenant_id, client_no) REFERENCES clients(tenant_id, no),
        FOREIGN KEY (tenant_id, order_no) REFERENCES orders(tenant_id, no))"""
    assert texts(ddl) == {
        "tenant_id": 'c.same("order_no.tenant_id")',
        "client_no": 'c.same("order_no.client_no")',
        "order_no": 'c.ref("orders")',
    }


UNRELATED = """
CREATE TABLE goods (tenant_id INT NOT NULL REFERENCES tenants(id), no INT NOT NULL, PRIMARY KEY (tenant_id, no));
CREATE TABLE t (id INTEGER PRIMARY KEY, tenant_id INT NOT NULL, good_no INT NOT NULL, client_no INT{null},
    FOREIGN KEY (tenant_id, good_no) REFERENCES goods(tenant_id, no),
    FOREIGN KEY (tenant_id, client_no) REFERENCES clients(tenant_id, no))"""


def test_unrelated_keys_that_share_are_refused() -> None:
    refused = planned(TENANTS + UNRELATED.format(null=" NOT NULL")).refused
    assert refused["t"].endswith("shares a column with another foreign key, which refers to other rows, and is NOT NULL")
    assert texts(UNRELATED.format(null=""))["client_no"] == "c.constant(None)"


def test_reference_to_itself_by_several_columns_is_null() -> None:
    ddl = """CREATE TABLE t (tenant_id INT NOT NULL REFERENCES tenants(id), no INT NOT NULL, above INT,
        PRIMARY KEY (tenant_id, no),
        FOREIGN KEY (tenant_id, above) REFERENCES t(tenant_id, no))"""
    assert texts(ddl)["above"] == "c.constant(None)"
    assert texts(ddl)["tenant_id"] == 'c.ref("tenants")'


@pytest.mark.parametrize(
    ("key", "line"),
    {
        "id CHAR(36) PRIMARY KEY": "c.uuid()  # text key",
        "id VARCHAR(36) PRIMARY KEY": "c.uuid()  # text key",
        "code CHAR(2) PRIMARY KEY": 'c.sequence("{:02X}")  # text key',
        "code VARCHAR(5) PRIMARY KEY": 'c.sequence("{:05X}")  # text key',
        "code VARCHAR(20) PRIMARY KEY": 'c.sequence("T-{:06d}")  # text key',
        "mark CHAR(1) PRIMARY KEY": "c.choice",
        "kind TEXT PRIMARY KEY CHECK (kind IN ('a', 'b'))": 'c.choice("a", "b")  # CHECK',
        "hash BLOB PRIMARY KEY": "c.binary(16)  # bytes",
        "day DATE PRIMARY KEY": "c.date(days_back=3650)  # date by name",
        "id INTEGER PRIMARY KEY REFERENCES tenants(id)": 'c.ref("tenants", spread="one")  # foreign key',
        "a INT, b INT, PRIMARY KEY (a, b)": "c.integer(1, 2000000000)  # number in a key",
        "label TEXT NOT NULL UNIQUE": 'c.sequence("T-{:06d}")  # text key',
    }.items(),
)
def test_key_columns_are_filled(key: str, line: str) -> None:
    plan = plans(f"{TENANTS}CREATE TABLE t ({key.replace(', PRIMARY', ', note TEXT, PRIMARY')})")["t"]
    chosen = plan.columns[plan.facts.identity[0]]
    assert f"{chosen.text}  {chosen.comment}".startswith(line)


def test_few_keys_mean_few_rows() -> None:
    ddl = "CREATE TABLE t (code CHAR(1) PRIMARY KEY); CREATE TABLE u (code CHAR(2) PRIMARY KEY)"
    found = plans(TENANTS + ddl)
    assert (found["t"].per_unit, found["t"].is_shared) == (5, True)
    assert (found["u"].per_unit, found["u"].is_shared) == (5, True)
    pairs = "CREATE TABLE t (a INT REFERENCES tenants(id), b INT REFERENCES tenants(id), kind TEXT NOT NULL, PRIMARY KEY (a))"
    assert plans(TENANTS + pairs)["t"].per_unit == 5
