"""The owner of columns: a SeedTable, as far as it matters to them. They stand below it, so they cannot import it."""

from collections.abc import Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from terp_seed.model.row_key import ListedKey


class Table(Protocol):
    """A Table is a SeedTable, as far as it matters here."""

    @property
    def table(self) -> sa.Table: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def listed(self) -> ListedKey | None: ...  # noqa: D102
    @property
    def per_unit(self) -> int: ...  # noqa: D102
    @property
    def shared(self) -> bool: ...  # noqa: D102
    @property
    def adopts(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def rows(self) -> Any: ...  # noqa: D102
    @property
    def pii(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def uses(self) -> tuple[str, ...]: ...  # noqa: D102
    def rows_a_unit(self, append: str = "") -> int: ...  # noqa: D102
