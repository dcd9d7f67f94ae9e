"""The page: the findings as one self-contained HTML file that makes no requests.

The template engine escapes every value, and a Content-Security-Policy restricts the browser to what the page does.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from terp_seed.model.chart_spec import Bars, ChartSpec
from terp_seed.model.table import Catalog
from terp_seed.review import charts, graph, script
from terp_seed.review.answer import ids_in
from terp_seed.review.findings import Findings, Subject
from terp_seed.review.sample import FIRST_ROWS
from terp_seed.sql.dialect import Dialect


@dataclass(frozen=True)
class TableFacts:
    """TableFacts are what the page's first section shows of a table."""

    name: str
    rows: int
    ids: str
    pii: tuple[str, ...]
    companion: bool


def render(subject: Subject, findings: Findings, catalog: Catalog, dialect: Dialect, sql: str) -> str:
    """Return the page as HTML. It depends only on the arguments: the same findings give the same bytes."""
    environment = Environment(
        loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style, behaviour = _asset("page.css"), _asset("page.js")
    tables = list(_tables(subject, catalog))
    checks = findings.verification.checks
    sections = list(script.sections(sql))
    return environment.get_template("page.html").render(
        subject=subject,
        findings=findings,
        tables=tables,
        total=sum(table.rows for table in tables if not table.companion),
        graph=graph.graph(catalog, subject.recipe, {table.name: table.rows for table in tables}),
        unit=[(table.name, table.per_unit) for table in catalog.tables if any(table.name == one.name for one in tables)],
        node=(graph.WIDTH, graph.HEIGHT),
        failed=[check for check in checks if not check.ok],
        skipped=[check for check in checks if check.skipped],
        held=[check for check in checks if check.ok and not check.skipped],
        plots=sorted((_plot(*found) for found in findings.plots), key=lambda item: item["missing"] is not None),
        sections=[(section, Markup(script.highlighted(section.sql, dialect))) for section in sections],
        first_rows=FIRST_ROWS,
        shortened=any(block.row_count > FIRST_ROWS for block in subject.blocks),
        style=Markup(style),
        behaviour=Markup(behaviour),
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(behaviour)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
    )


def _tables(subject: Subject, catalog: Catalog) -> Iterator[TableFacts]:
    for table in catalog.every:
        blocks = [block for block in subject.blocks if block.table_name == table.name]
        if blocks:
            ids = subject.answer.ids_of(table.name) if subject.answer else ids_in(blocks)
            rows = sum(block.row_count for block in blocks)
            yield TableFacts(table.name, rows, ids, tuple(table.pii), catalog.is_companion(table.name))


def _plot(plot: ChartSpec, bars: Bars | str) -> dict[str, Any]:
    if isinstance(bars, str):
        return {"plot": plot, "missing": bars, "bars": None}
    names = list(bars.series)
    rows = [(label, [charts.written(number) for number in numbers]) for label, *numbers in _columns(bars)]
    return {"plot": plot, "missing": None, "bars": bars, "names": names, "rows": rows, "svg": Markup(charts.chart(plot, bars))}


def _columns(bars: Bars) -> Iterator[tuple[Any, ...]]:
    return zip(bars.labels, *bars.series.values(), strict=True)


def _asset(name: str) -> str:
    return (resources.files("terp_seed.review") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
