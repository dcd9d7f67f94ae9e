"""A column's comment says what it holds where its name does not."""

import pytest
import sqlalchemy as sa

from terp_seed.backends.database import Database
from terp_seed.inference.metadata_schema import schema_of
from terp_seed.inference.planner import plan_schema
from terp_seed.inference.trials import Trials
from terp_seed.model.names import Names

NAMES = Names.of("test")


@pytest.mark.parametrize(
    ("kind", "comment", "expected"),
    [
        (sa.Integer(), "0=off, 1=on, 7: broken", "c.choice(0, 1, 7)  # comment"),
        (sa.String(9), "state: new|paid|sent", 'c.choice("new", "paid", "sent")  # comment'),
        (sa.String(9), "one of 'a' and 'b c'", 'c.choice("a", "b c")  # comment'),
        (sa.String(90), "the customer's e-mail address", 'c.pii("email")  # PII by comment'),
        (sa.String(9), "the customer's e-mail address", "c.words(1, 1)  # text by type"),
        (sa.String(9), "since version 2", "c.words(1, 1)  # text by type"),
    ],
)
def test_comment(kind: sa.types.TypeEngine[object], comment: str, expected: str) -> None:
    metadata = sa.MetaData()
    column = sa.Column("xyz", kind, nullable=False, comment=comment)
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), column)
    with sa.create_engine("sqlite://").connect() as connection:
        (plan,) = plan_schema(schema_of(metadata, NAMES), Trials(Database(connection, NAMES)), {}).tables
        connection.engine.dispose()
    assert f"{plan.columns['xyz'].text}  {plan.columns['xyz'].comment}" == expected
