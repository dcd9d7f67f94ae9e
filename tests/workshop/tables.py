"""The workshop's tables: a follower whose ids rows before it name, a column that a later table fills, and rows to adopt.

Their keys have several names.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from terp_seed import Adopted, Check, Fill, JsonText, Project, Reference, Row, SeedTable, Unit

METADATA = sa.MetaData()
JOBS_A_UNIT, STEPS_A_JOB = 4, 3
_KEY = sa.Integer().with_variant(mysql.MEDIUMINT(unsigned=True), "mysql", "mariadb").with_variant(sa.BigInteger(), "postgresql")


def _table(name: str, key: str, *columns: sa.Column[object]) -> sa.Table:
    return sa.Table(name, METADATA, sa.Column(key, _KEY, primary_key=True), *columns, sqlite_autoincrement=True)


_KINDS = _table(
    "kinds",
    "kind_no",
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("note", sa.String(100)),
)
_JOBS = _table(
    "jobs",
    "id",
    sa.Column("code", sa.String(20), nullable=False, unique=True),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("bill_id", sa.Integer),
    sa.Column("changed_at", sa.TIMESTAMP, server_default=sa.text("'2020-01-01 00:00:00'")),
)
_STEPS = _table(
    "job_steps",
    "step",
    sa.Column("job_id", _KEY, sa.ForeignKey("jobs.id"), nullable=False, index=True),
    sa.Column("kind_id", _KEY, sa.ForeignKey("kinds.kind_no"), index=True),
    sa.Column("minutes", sa.Integer, nullable=False),
)
_BILLS = _table(
    "bills",
    "bill_no",
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("job_id", _KEY, sa.ForeignKey("jobs.id"), index=True),
    sa.Column("kind_id", _KEY, sa.ForeignKey("kinds.kind_no"), nullable=False, index=True),
)


def _kinds(_unit: Unit) -> Iterator[Row]:
    for number, name in (("K1", "sawing"), ("K2", "turning"), ("K3", "gluing")):
        yield {"number": number, "name": name, "note": None}


def _jobs(unit: Unit) -> Iterator[Row]:
    for place in range(JOBS_A_UNIT):
        steps = [unit.id_of("job_steps", place * STEPS_A_JOB + step) for step in range(STEPS_A_JOB)] if not unit.append else []
        yield {"code": f"JOB-{unit.id_of('jobs', place)}", "steps": JsonText(str(steps))}


def _steps(unit: Unit) -> Iterator[Row]:
    for place in range(JOBS_A_UNIT * STEPS_A_JOB):
        yield {"job_id": unit.id_of("jobs", place // STEPS_A_JOB), "kind_id": Adopted("kinds", place % 3), "minutes": 5 * place}


def _bills(unit: Unit) -> Iterator[Row]:
    for place in range(3):
        job = unit.id_of("jobs", place) if place else None
        yield {"number": f"BILL-{unit.id_of('bills', place)}", "job_id": job, "kind_id": Adopted("kinds", place)}


KINDS = SeedTable(_KINDS, per_unit=3, rows=_kinds, shared=True, adopts=("name",), not_pii=frozenset({"name"}))
STEPS = SeedTable(_STEPS, per_unit=JOBS_A_UNIT * STEPS_A_JOB, rows=_steps, appended=0)
JOBS = SeedTable(
    _JOBS,
    per_unit=JOBS_A_UNIT,
    rows=_jobs,
    companions=(KINDS,),
    followers=(STEPS,),
    uses=("job_steps",),
    checks=(
        Check(
            "jobs: their steps are of kinds that are there",
            "SELECT COUNT(*) FROM {job_steps} AS s LEFT JOIN {kinds} AS k ON k.kind_no = s.kind_id WHERE k.kind_no IS NULL",
        ),
    ),
)
BILLS = SeedTable(
    _BILLS, per_unit=3, rows=_bills, companions=(KINDS,), fills=(Fill("jobs", "bill_id", by="job_id", keeps=("changed_at",)),)
)
PROJECT = Project((JOBS, BILLS), 1, "workshop", references=(Reference("jobs", "bill_id", "bills"),))
