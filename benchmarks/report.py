"""The report: the figures as a table, as JSON, as a plot, and between the marks of docs/performance.md."""

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pygal
from pygal.style import Style

from benchmarks.goals import Goal
from benchmarks.rounds import BOUNDS, OTHERS
from benchmarks.servers import PROJECT
from benchmarks.sizes import CATALOG, SMALL, rows_of

RESULTS = PROJECT / "benchmarks" / "results.json"
PAGE = PROJECT / "docs" / "performance.md"
PLOT = PROJECT / "docs" / "performance.svg"
_PACKAGES = ("alembic", "sqlalchemy", "pymysql", "psycopg", "faker", "mimesis", "factory-boy")
_TITLES = {
    "factory_boy": "factory_boy",
    "faker_orm": "Faker + ORM",
    "faker_bulk_insert": "Faker + op.bulk_insert",
    "mimesis_core": "Mimesis + Core",
    "terp_seed": "terp_seed",
    "copy_rows": "COPY of ready rows",
}
_COLOURS = ("#1b7f79", "#c0532b", "#6a5d9b", "#2f6db5")


def table(goals: Iterable[Goal]) -> str:
    """Return the goals as a Markdown table."""
    lines = ["| what | on | goal | median | rounds | |", "|---|---|---|---|---|---|"]
    for goal in goals:
        places = 0 if goal.unit == "MiB" else 2
        rounds = ", ".join(f"{figure:.{places}f}" for figure in goal.found)
        unit = "" if goal.unit == "times" else f" {goal.unit}"
        server = "" if goal.server == "none" else goal.server
        mark = "reached" if goal.is_reached else "**missed**"
        bound = f"{goal.sense} {goal.bound:g}{unit}"
        lines.append(f"| {goal.what} | {server} | {bound} | {goal.figure:.{places}f}{unit} | {rounds} | {mark} |")
    return "\n".join(lines)


def write(goals: list[Goal], seconds: Mapping[str, list[float]], servers: Mapping[str, str]) -> None:
    """Write the results, the plot, and the page's own part."""
    results = {
        "measured_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": machine(),
        "servers": dict(servers),
        "packages": {package: version(package) for package in _PACKAGES},
        "goals": [
            {
                "what": goal.what,
                "on": goal.server,
                "sense": goal.sense,
                "bound": goal.bound,
                "unit": goal.unit,
                "median": goal.figure,
                "rounds": goal.found,
                "reached": goal.is_reached,
            }
            for goal in goals
        ],
        "seconds": dict(seconds),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    PLOT.write_text(plot(seconds, servers))
    ran_on = f"{results['measured_at']}, {machine()}. {'; '.join(f'{kind} {number}' for kind, number in servers.items())}."
    packages = ", ".join(f"{package} {number}" for package, number in results["packages"].items())  # type: ignore[attr-defined]
    rows = f"A unit is {rows_of(1):,} rows in {len(CATALOG.every)} tables, companions included; rows/s are of all of them."
    part = f"Measured {ran_on} {packages}. {rows}\n\n{table(goals)}\n\n{rates(seconds)}\n"
    page = PAGE.read_text()
    PAGE.write_text(re.sub(r"(<!-- results -->\n).*(\n<!-- end -->)", lambda m: f"{m[1]}{part}{m[2]}", page, flags=re.DOTALL))


def rates(seconds: Mapping[str, list[float]]) -> str:
    """Return the seconds and the rows a second of each run as a Markdown table."""
    lines = ["| run | seconds, median | rows/s |", "|---|---|---|"]
    lines += [f"| {what} | {median(found):.2f} | {rate(what, found)} |" for what, found in seconds.items()]
    return "\n".join(lines)


def rate(what: str, found: list[float]) -> str:
    """Return the rows a second of a run, all tables' rows counted, from the size that its name ends with."""
    size = re.search(r"x(\d+)$", what)
    return f"{rows_of(int(size[1])) / median(found):,.0f}" if size else ""


def machine() -> str:
    """Return what this machine is."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal: *(\d+)", Path("/proc/meminfo").read_text())
    gigabytes = int(memory[1]) / 1024**2 if memory else 0
    processor = model[1] if model else platform.processor()
    return f"{os.cpu_count()} cores ({processor}), {gigabytes:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def plot(seconds: Mapping[str, list[float]], servers: Iterable[str]) -> str:
    """Return the rows a second of terp_seed and its peers as an SVG."""
    size, rows = f"x{SMALL}", rows_of(SMALL)
    chart = pygal.HorizontalBar(
        style=Style(background="transparent", plot_background="transparent", colors=_COLOURS, font_family="sans-serif"),
        title=f"Rows a second at {size} ({rows:,} rows), median",
        width=800,
        height=420,
        legend_at_bottom=True,
        print_values=True,
        value_formatter=lambda number: f"{number:,.0f}",
        js=[],
    )
    peers = [peer for peer in _TITLES if any(f"{peer} on {kind} {size}" in seconds for kind in servers)]
    assert set(peers) <= {"terp_seed", "faker_orm", *OTHERS, *(name for names in BOUNDS.values() for name in names)}
    chart.x_labels = [_TITLES[peer] for peer in peers]
    for kind in servers:
        found = [seconds.get(f"{peer} on {kind} {size}") for peer in peers]
        chart.add(kind, [rows / median(times) if times else None for times in found])
    return str(chart.render(is_unicode=True, disable_xml_declaration=True)) + "\n"
