"""Charts: bars as SVG, drawn by pygal. Colours and fonts come from the page, so a chart follows its theme.

The same bars give the same bytes: pygal's own style, script and date are removed, and its values become tooltips.
"""

import sys
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

import pygal
from pygal.etree import etree
from pygal.style import Style

from terp_seed.model.chart_spec import Bars, ChartSpec, Number

_WIDTH, _UPRIGHT_HEIGHT, _LINE_HEIGHT = 400, 220, 29  # letters keep their size even on a narrow screen
_LONGEST_LABEL = 22
_MOST_UPRIGHT_LABELS = 8
_LETTER, _DIGIT = 0.6, 0.7  # widths in font sizes: what pygal assumes, and what wide fonts have
_FONT_SIZE = 13
_MARGIN_LEFT = 16  # some capitals are wider than pygal assumes
etree.to_etree()  # not lxml, even if it is installed: its output differs
# pygal adds an outdated import hook for plugins, which are not used here; Python would warn about it at every later import
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
# only what affects the layout; the page's style sheet does the rest
_STYLE = Style(
    label_font_size=_FONT_SIZE,
    major_label_font_size=_FONT_SIZE,
    value_font_size=_FONT_SIZE,
    value_label_font_size=_FONT_SIZE,
)


def chart(plot: ChartSpec, bars: Bars) -> str:
    """Return a plot as an `<svg>` element without a title."""
    if not plot.upright:
        bars = _upside_down(bars)  # pygal draws the first label at the bottom
    totals = [sum(numbers) for numbers in zip(*bars.series.values(), strict=True)]
    longest = float(max(totals, default=0)) or 1.0
    labels = [label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…" for label in bars.labels]
    options: dict[str, Any] = {
        "style": _STYLE,
        "width": _WIDTH,
        "height": _UPRIGHT_HEIGHT if plot.upright else _LINE_HEIGHT * len(bars.labels) + 10,
        "range": (0, longest * (1.1 if plot.upright else _room_for_totals(labels, totals))),
        "margin": 2,
        "margin_top": 8 if plot.upright else 2,
        "margin_left": 2 if plot.upright else _MARGIN_LEFT,
        "truncate_label": -1,
        "spacing": 6,
        "show_legend": False,
        "print_labels": True,
        "print_values_position": "top",
        "show_y_labels": not plot.upright,
        "show_x_labels": plot.upright,
        "show_minor_x_labels": len(labels) <= _MOST_UPRIGHT_LABELS,
        "x_labels_major_every": -(-len(labels) // _MOST_UPRIGHT_LABELS) if plot.upright else None,
        "show_y_guides": False,
        "rounded_bars": 2,
        "css": [],
        "js": [],
        "no_prefix": True,
        "disable_xml_declaration": True,
    }
    made = (pygal.StackedBar if plot.upright else pygal.HorizontalStackedBar)(**options)
    made.x_labels = labels
    outermost = dict.fromkeys(range(len(totals)), list(bars.series)[-1])
    outermost |= {place: name for name, numbers in bars.series.items() for place, number in enumerate(numbers) if number}
    for name, numbers in bars.series.items():
        values = [
            {"value": float(number), "label": written(totals[place]) if outermost[place] == name else ""}
            for place, number in enumerate(numbers)
        ]
        made.add(name, values)
    made.add_xml_filter(lambda root: _plain(root, plot, bars))
    return str(made.render())


def written(number: Number) -> str:
    """Format a number for a chart, without decimals."""
    return f"{number:,.0f}"


def _room_for_totals(labels: list[str], totals: Sequence[Number]) -> float:
    """Return the factor by which the axis is longer than the longest bar, to leave room for the total behind it."""
    line = _WIDTH - _MARGIN_LEFT - 10 - _LETTER * _FONT_SIZE * max(map(len, labels), default=0)
    return line / (line - _DIGIT * _FONT_SIZE * max((len(written(total)) for total in totals), default=0))


def _upside_down(bars: Bars) -> Bars:
    return Bars(bars.labels[::-1], {name: numbers[::-1] for name, numbers in bars.series.items()})


def _plain(root: Element, plot: ChartSpec, bars: Bars) -> Element:
    """Remove pygal's additions to a drawing, and give each bar a title with its value."""
    for child in [child for child in root if not (isinstance(child.tag, str) and child.tag == "g")]:
        root.remove(child)
    for graph in root:
        for part in [part for part in graph if "tooltip-overlay" in part.get("class", "") or part.get("class") == "background"]:
            graph.remove(part)
    for series, (name, numbers) in enumerate(bars.series.items()):
        drawn = [node for node in root.iter("g") if f"serie-{series} " in f"{node.get('class', '')} "]
        boxes = [box for node in drawn for box in node.iter("g") if box.get("class") == "bar"]
        for box, label, number in zip(boxes, bars.labels, numbers, strict=True):
            for text in box.findall("desc"):
                box.remove(text)
            title = Element("title")
            title.text = f"{label}: {written(number)} {plot.counts}{f', {name}' if len(bars.series) > 1 else ''}"
            box.insert(0, title)
    for guide in [node for node in root.iter("g") if node.get("class") == "guides"]:
        for title in guide.findall("title"):
            guide.remove(title)
    root.attrib.pop("id", None)
    root.attrib.pop("class", None)
    return root
