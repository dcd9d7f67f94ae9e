"""The school: a project whose tables have every kind of key but a number: UUIDs, texts, bytes, several columns, and none."""

import sqlalchemy as sa

from terp_seed import Project, SeedTable
from terp_seed import columns as c

METADATA = sa.MetaData()
_BYTES = sa.LargeBinary(16).with_variant(sa.BINARY(16), "mysql", "mariadb")
STUDENTS = sa.Table(
    "students",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("email", sa.String(80), nullable=False, unique=True),
    sa.Column("born", sa.Date, nullable=False),
)
COURSES = sa.Table(
    "courses",
    METADATA,
    sa.Column("code", sa.String(12), primary_key=True),
    sa.Column("title", sa.String(60), nullable=False),
)
ENROLMENTS = sa.Table(
    "enrolments",
    METADATA,
    sa.Column("student_id", sa.ForeignKey("students.id"), primary_key=True),
    sa.Column("course_code", sa.ForeignKey("courses.code"), primary_key=True),
    sa.Column("grade", sa.Integer, nullable=False),
)
MARKS = sa.Table(
    "marks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student_id", sa.Uuid, nullable=False),
    sa.Column("course_code", sa.String(12), nullable=False),
    sa.Column("mark", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["student_id", "course_code"], ["enrolments.student_id", "enrolments.course_code"]),
    sqlite_autoincrement=True,
)
TAGS = sa.Table(
    "tags",
    METADATA,
    sa.Column("label", sa.String(30), nullable=False, unique=True),
    sa.Column("color", sa.String(10)),
)
DEVICES = sa.Table(
    "devices",
    METADATA,
    sa.Column("serial", _BYTES, primary_key=True),
    sa.Column("student_id", sa.ForeignKey("students.id")),
)
PROFILES = sa.Table(
    "profiles",
    METADATA,
    sa.Column("student_id", sa.ForeignKey("students.id"), primary_key=True),
    sa.Column("bio", sa.String(200)),
)
VISITS = sa.Table(
    "visits",
    METADATA,
    sa.Column("student_id", sa.ForeignKey("students.id"), primary_key=True),
    sa.Column("at", sa.DateTime, primary_key=True),
    sa.Column("room", sa.Integer),
)
PROJECT = Project(
    (
        SeedTable(
            STUDENTS,
            per_unit=6,
            columns={"id": c.uuid(), "email": c.pii("email"), "born": c.date("1990-01-01", "2005-12-31")},
        ),
        SeedTable(COURSES, per_unit=4, columns={"code": c.sequence("C-{:06d}"), "title": c.words(1, 3)}),
        SeedTable(ENROLMENTS, per_unit=12, columns={"grade": c.integer(1, 6)}),
        SeedTable(MARKS, per_unit=20, columns={"mark": c.integer(1, 100)}),
        SeedTable(TAGS, per_unit=3, columns={"label": c.words(1, 1), "color": c.choice("red", "blue")}),
        SeedTable(DEVICES, per_unit=5, columns={"serial": c.binary(16)}),
        SeedTable(VISITS, per_unit=9, columns={"at": c.datetime("2024-01-01", "2024-06-30"), "room": c.integer(1, 9)}),
        SeedTable(PROFILES, per_unit=4, columns={"student_id": c.ref(spread="one"), "bio": c.text(100)}),
    ),
    generator_version=1,
    name="school",
)
