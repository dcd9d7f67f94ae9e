"""A project that uses all that columns as data can say; a test copies this file as its seed_tables.py."""

import sqlalchemy as sa

from terp_seed import Project, SeedTable
from terp_seed import columns as c

METADATA = sa.MetaData()


def _table(name: str, *items: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, METADATA, sa.Column("id", sa.Integer, primary_key=True), *items, sqlite_autoincrement=True)


def _column(name: str, *args: object, nullable: bool = False, **more: object) -> sa.Column[object]:
    return sa.Column(name, *args, nullable=nullable, **more)


_TENANTS = _table("tenants", _column("code", sa.String(12), unique=True), _column("since", sa.Date))
_ROLES = _table("roles", _column("title", sa.String(20), unique=True))
_USERS = _table(
    "users",
    _column("tenant_id", sa.ForeignKey("tenants.id")),
    _column("login", sa.String(14), unique=True),
    _column("mail", sa.String(40), nullable=True),
    _column("name", sa.String(20)),
    _column("boss_id", sa.ForeignKey("users.id"), nullable=True),
    _column("born", sa.Date),
    _column("joined", sa.DateTime),
    _column("mark", sa.LargeBinary(16), unique=True),
    _column("uid", sa.Uuid, unique=True),
)
_USER_ROLES = _table(
    "user_roles",
    _column("user_id", sa.ForeignKey("users.id")),
    _column("role_id", sa.ForeignKey("roles.id")),
    _column("tenant_id", sa.ForeignKey("tenants.id")),
    sa.UniqueConstraint("user_id", "role_id"),
)
_ORDERS = _table(
    "orders",
    _column("user_login", sa.ForeignKey("users.login")),
    _column("user_id", sa.ForeignKey("users.id")),
    _column("mail", sa.String(40), nullable=True),
    _column("total", sa.Numeric(10, 2)),
    _column("items", sa.JSON),
    _column("placed", sa.TIMESTAMP),
    _column("shipped", sa.TIMESTAMP, nullable=True),
    _column("made_at", sa.DateTime, server_default=sa.text("CURRENT_TIMESTAMP")),
    _column("day", sa.Integer),
    sa.UniqueConstraint("user_id", "day"),
)
_PROFILES = _table(
    "profiles",
    _column("user_id", sa.ForeignKey("users.id"), unique=True),
    _column("slot", sa.Integer),
    _column("bio", sa.String(90), nullable=True),
    _column("at", sa.Time),
)

TENANTS = SeedTable(_TENANTS, per_unit=2, columns={"code": c.sequence("T{:05d}"), "since": c.date(days_back=2_000)})
ROLES = SeedTable(_ROLES, per_unit=4, shared=True, columns={"title": c.choice("admin", "editor", "viewer", "guest")})
USERS = SeedTable(
    _USERS,
    per_unit=10,
    columns={
        "login": c.pii("username", of="name"),
        "mail": c.pii("email", of="name", null=0.2),
        "name": c.pii("person"),
        "boss_id": c.ref(),
        "born": c.pii("birth_date"),
        "joined": c.datetime(after="tenant_id.since"),
        "mark": c.binary(16),
        "uid": c.uuid(),
    },
)
USER_ROLES = SeedTable(
    _USER_ROLES, per_unit=25, columns={"role_id": c.ref(spread="skewed"), "tenant_id": c.same("user_id.tenant_id")}
)
ORDERS = SeedTable(
    _ORDERS,
    per_unit=30,
    columns={
        "user_login": c.same("user_id.login"),
        "user_id": c.ref(spread="skewed"),
        "mail": c.same("user_id.mail"),
        "total": c.decimal("1.00", "99.00"),
        "items": c.json([{"sku": c.words(), "count": c.integer(1, 5), "tenant": c.ref("tenants")}]),
        "placed": c.datetime(after="user_id.joined"),
        "shipped": c.datetime(after="placed", null=0.3),
        "made_at": c.server(),
        "day": c.integer(1, 20),
    },
)
PROFILES = SeedTable(_PROFILES, per_unit=4, columns={"slot": c.integer(1, 9), "bio": c.text(80), "at": c.time()})
PROJECT = Project((TENANTS, ROLES, USERS, USER_ROLES, ORDERS, PROFILES), generator_version=1, name="tenants")
