"""Seed data as versioned, reversible Alembic revisions.

The names in `__all__` are the public API; anything else may change in any release. A name is imported on first use, which keeps
`terp-seed --help` fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terp_seed import columns as columns
    from terp_seed import op as op
    from terp_seed.errors import SeedError as SeedError
    from terp_seed.masking.masker import Masker as Masker
    from terp_seed.model.chart_spec import Bars as Bars
    from terp_seed.model.chart_spec import ChartSpec as ChartSpec
    from terp_seed.model.pii import PARTY as PARTY
    from terp_seed.model.pii import Party as Party
    from terp_seed.model.project import Project as Project
    from terp_seed.model.references import Derived as Derived
    from terp_seed.model.references import Reference as Reference
    from terp_seed.model.table import Check as Check
    from terp_seed.model.table import ConditionalReference as ConditionalReference
    from terp_seed.model.table import Fill as Fill
    from terp_seed.model.table import Ref as Ref
    from terp_seed.model.table import Row as Row
    from terp_seed.model.table import SeedTable as SeedTable
    from terp_seed.model.table import Unit as Unit
    from terp_seed.model.values import Adopted as Adopted
    from terp_seed.model.values import JsonText as JsonText
    from terp_seed.runtime.runner import run as run

_HOMES = {
    "Adopted": "model.values",
    "Bars": "model.chart_spec",
    "ChartSpec": "model.chart_spec",
    "Check": "model.table",
    "ConditionalReference": "model.table",
    "Derived": "model.references",
    "Fill": "model.table",
    "JsonText": "model.values",
    "Masker": "masking.masker",
    "PARTY": "model.pii",
    "Party": "model.pii",
    "Project": "model.project",
    "Ref": "model.table",
    "Reference": "model.references",
    "Row": "model.table",
    "SeedError": "errors",
    "SeedTable": "model.table",
    "Unit": "model.table",
    "run": "runtime.runner",
}
_MODULES = ("columns", "op")
__all__ = [*sorted(_HOMES), *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"terp_seed.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'terp_seed' has no attribute {name!r}: expected one of {', '.join(__all__)}")
    return getattr(import_module(f"terp_seed.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
