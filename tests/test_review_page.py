"""The promise: the review page works in a real browser, by keyboard, in both themes, at any width, and reaches nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browsers import Browser, chromium
from tests.support import Database

AS_OF = "--as-of=2026-03-01"
HOSTILE = "</script><img src=x onerror=\"document.title='broken'\"><b>&amp;"

_CONTRASTS = """
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const pixel = (colours) => {
  canvas.clearRect(0, 0, 1, 1);
  for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const light = (rgb) => {
  const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const found = {};
for (const node of document.querySelectorAll('body *:not(script, tbody tr:nth-child(n+4) *)')) {
  const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  if (!own || !node.checkVisibility()) continue;
  const style = getComputedStyle(node);
  const under = [];
  for (let at = node; at; at = at.parentElement) under.unshift(getComputedStyle(at).backgroundColor);
  const ink = node instanceof SVGElement ? style.fill : style.color;
  if (node.closest('.node')) under.push(getComputedStyle(node.closest('.node').querySelector('rect')).fill);
  const [a, b] = [light(pixel([...under, ink])), light(pixel(under))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) found[`${node.tagName}.${node.getAttribute('class')}`] = ratio;
}
return found;
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a planned page at size small."""
    return review(Database(f"sqlite:///{tmp_path_factory.mktemp('review')}/none.db", "sqlite"), tmp_path_factory.mktemp("page"))


def review(database: Database, folder: Path, *options: str, code: int = 0) -> str:
    path = folder / "review.html"
    result = database.cli("review", AS_OF, f"-o{path}", *options)
    assert result.exit_code == code, result.output
    return path.as_uri()


def open_everything(browser: Browser) -> None:
    browser.run("document.querySelectorAll('details').forEach((details) => { details.open = true; })")


def column(browser: Browser, table: str, place: int) -> list[str]:
    """Return the texts of a column's cells that can be seen."""
    return browser.run(
        "return [...document.querySelectorAll(`#rows-${arguments[0]} tbody tr:not([hidden]) > :nth-child(${arguments[1]})`)]"
        ".map((cell) => cell.textContent)",
        table,
        place,
    )


def decoded(cells: list[str]) -> list[str]:
    """Return what cells with JSON hold; a long one says so before it."""
    return [text for cell in cells for text in json.loads(cell[cell.index("[") :])]


def place_of(browser: Browser, table: str, name: str) -> int:
    """Move the focus to a column's header, and return the column's place."""
    return browser.run(
        "const button = [...document.querySelectorAll(`#rows-${arguments[0]} thead button`)]"
        ".find((button) => button.textContent === arguments[1]); button.focus(); return button.closest('th').cellIndex + 1",
        table,
        name,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
def test_page_fits_window_without_requests_or_errors(browser: Browser, planned: str, width: int, theme: str) -> None:
    browser.show(planned, width, theme)
    open_everything(browser)
    assert browser.run("return innerWidth") == width
    assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser.run("return getComputedStyle(document.body).overflowX") == "visible"
    assert browser.complaints() == []
    assert [url for url in browser.requests() if not url.startswith(("about:", "data:,"))] == [planned]


@pytest.mark.parametrize("width", [400, 1600])
def test_box_says_that_it_shows_a_part(browser: Browser, planned: str, width: int) -> None:
    browser.show(planned, width)
    open_everything(browser)
    cut = "[...document.querySelectorAll('.scroll, pre')].filter((box) => box.scrollWidth > box.clientWidth + 1)"
    hinted = "[...document.querySelectorAll('.scroll, pre')].filter((box) => "
    hinted += "getComputedStyle(box, '::before').content.includes('more'))"
    assert browser.until(f"return {cut}.length > 0 && {cut}.every((box) => {hinted}.includes(box))")
    assert browser.run(f"return {cut}.length === {hinted}.length")
    anywhere = "[...document.querySelectorAll('main *')].filter((box) => getComputedStyle(box).overflowX !== 'visible'"
    anywhere += " && box.scrollWidth > box.clientWidth + 1 && !box.matches('.scroll, pre, .hidden'))"
    assert browser.run(f"return {anywhere}.map((box) => box.outerHTML.slice(0, 80))") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_its_background(browser: Browser, planned: str, theme: str) -> None:
    browser.show(planned, 1600, theme)
    open_everything(browser)
    assert browser.run(_CONTRASTS) == {}


def test_the_theme_follows_the_system_until_somebody_chooses(browser: Browser, planned: str) -> None:
    background, pressed = (
        "return getComputedStyle(document.body).backgroundColor",
        "return document.getElementById('theme').getAttribute('aria-pressed')",
    )
    browser.show(planned, 1600, "dark")
    dark = browser.run(background)
    assert browser.run(pressed) == "true"
    browser.show(planned, 1600, "light")
    light = browser.run(background)
    assert browser.run(pressed) == "false"
    assert light != dark
    browser.run("document.getElementById('theme').focus()")
    browser.press(Keys.SPACE)
    assert (browser.run(background), browser.run(pressed)) == (dark, "true")
    browser.press(Keys.ENTER)
    assert (browser.run(background), browser.run(pressed)) == (light, "false")
    browser.run("localStorage.clear()")


def test_keyboard_sorts_columns_numerically_with_null_last(browser: Browser, planned: str) -> None:
    browser.show(f"{planned}#table-payments")
    place = place_of(browser, "payments", "amount")
    sort = f"return document.querySelector('#rows-payments th:nth-child({place})').getAttribute('aria-sort')"
    assert browser.run(sort) is None
    browser.press(Keys.ENTER)
    assert browser.run(sort) == "ascending"
    amounts = [float(text) for text in column(browser, "payments", place)]
    assert len(amounts) == 30
    assert amounts == sorted(amounts)
    browser.press(Keys.SPACE)
    assert browser.run(sort) == "descending"
    assert [float(text) for text in column(browser, "payments", place)] == sorted(amounts, reverse=True)
    place = place_of(browser, "payments", "referenceNumber")
    for _ in range(2):
        browser.press(Keys.ENTER)
        texts = column(browser, "payments", place)
        values = [text for text in texts if text != "NULL"]
        assert 0 < len(values) < 30
        assert texts == values + ["NULL"] * (30 - len(values))
    assert values == sorted(values, reverse=True)
    assert browser.run("return document.querySelectorAll('#rows-payments [aria-sort]').length") == 1


def test_search_hides_other_rows_and_counts_matches(browser: Browser, planned: str) -> None:
    browser.show(planned)
    browser.run("document.getElementById('search-rows-vendors').focus()")
    browser.press("net 30 FRIDAYS")
    said = "return document.querySelector('[data-for=rows-vendors] output').textContent"
    assert column(browser, "vendors", 1) == ["3"]
    assert browser.run(said) == "1 of 5 rows"
    browser.press(*[Keys.BACKSPACE] * len("30 FRIDAYS"), "15")
    assert column(browser, "vendors", 1) == ["1", "2", "3", "4"]
    assert browser.run(said) == "4 of 5 rows"
    browser.press(*[Keys.BACKSPACE] * len("net 15"))
    assert column(browser, "vendors", 1) == ["1", "2", "3", "4", "5"]
    assert browser.run(said) == ""


def test_keyboard_reaches_content_and_folded_table(browser: Browser, planned: str) -> None:
    browser.show(planned)
    browser.press(Keys.TAB)
    assert browser.focused() == "Skip to the content"
    assert browser.run("return document.activeElement.getBoundingClientRect().top") >= 0
    browser.press(Keys.ENTER)
    assert browser.until("return document.activeElement.id === 'content'")
    browser.run("document.querySelector('.node[aria-label^=\"orders\"]').focus()")
    assert browser.run("return getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth") == "4px"
    browser.press(Keys.ENTER)
    assert browser.until("return document.getElementById('table-orders').open")
    assert column(browser, "orders", 1) == [str(number) for number in range(1, 51)]
    browser.run("document.querySelector('#script button').focus()")
    for opened in (True, False):
        browser.press(Keys.ENTER)
        assert browser.run("return [...document.querySelectorAll('#script details')].map((d) => d.open)") == [opened] * 9


def test_a_screen_reader_finds_its_way(browser: Browser, planned: str) -> None:
    browser.show(planned)
    assert browser.run("return document.documentElement.lang") == "en"
    for landmark in ("header", "main", "nav[aria-label]", "footer"):
        assert browser.run("return document.querySelectorAll(arguments[0]).length", landmark) == 1
    unnamed = (
        "return [...document.querySelectorAll(arguments[0])].filter((node) => !(%s)).map((node) => node.outerHTML.slice(0, 99))"
    )
    named = "node.ariaLabel || document.getElementById(node.getAttribute('aria-labelledby'))?.textContent.trim()"
    for nodes in ("section", "[role=region]", "[role=img]", "svg[role=group]", "#plots figure"):
        assert browser.run("return document.querySelectorAll(arguments[0]).length", nodes) > 0
        assert browser.run(unnamed % named, nodes) == []
    assert browser.run(unnamed % "node.labels.length", "input") == []
    assert browser.run(unnamed % "node.textContent.trim()", "button, summary, h1, h2, h3, caption") == []
    assert browser.run(unnamed % "node.tabIndex === 0", ".scroll, pre.sql") == []
    assert browser.run(unnamed % "node.scope", "th") == []
    assert browser.run("return [...document.querySelectorAll('h1,h2,h3')].map((h) => +h.tagName[1])")[:2] == [1, 2]
    plots = browser.run("return document.querySelectorAll('#plots [role=img]').length")
    assert plots == browser.run("return document.querySelectorAll('#plots figure table').length") == 6
    assert browser.run("return new Set([...document.querySelectorAll('[id]')].map((n) => n.id)).size") == browser.run(
        "return document.querySelectorAll('[id]').length"
    )


def test_pii_columns_are_marked_with_their_kind(browser: Browser, planned: str) -> None:
    browser.show(planned)
    marked = "return [...document.querySelectorAll(`#rows-${arguments[0]} th.pii`)].map((th) => th.textContent)"
    assert browser.run(marked, "clients") == ["name PII company", "email PII email", "phone PII phone", "address PII address"]
    assert browser.run(marked, "users") == ["name PII person", "email PII email"]
    assert browser.run(marked, "payments") == []


def test_hostile_values_stay_text(browser: Browser, sqlite_terp: Database, tmp_path: Path) -> None:
    assert sqlite_terp.cli("upgrade", "-f", AS_OF).exit_code == 0
    text = "'" + HOSTILE.replace("'", "''") + "'"
    sqlite_terp.execute(
        f"UPDATE clients SET name = {text}, tags = json_array({text}) WHERE id = 1",
        f"UPDATE orders SET notes = {text} WHERE id = 3",
        f"UPDATE invoices SET dueDate = {text} WHERE status = 'OVERDUE'",
        f"UPDATE batches SET unitCogs = {text} WHERE id = 3",
    )
    browser.show(review(sqlite_terp, tmp_path, "--live", code=1))
    open_everything(browser)
    assert browser.complaints() == []
    assert browser.run("return document.title").startswith("Seed review: ")
    assert browser.run("return document.querySelectorAll('img, main b, main script').length") == 0
    for table, name in (("clients", "name"), ("orders", "notes"), ("invoices", "dueDate"), ("batches", "unitCogs")):
        assert HOSTILE in column(browser, table, place_of(browser, table, name))
    assert HOSTILE in decoded(column(browser, "clients", place_of(browser, "clients", "tags")))
    drawn = browser.run("return [...document.querySelectorAll('#plots svg title')].map((title) => title.textContent)")
    assert any(title.startswith(f"{HOSTILE}: ") for title in drawn)
    assert "Some of the values are not dates or not numbers" in browser.run("return document.getElementById('plots').textContent")
    assert "1 of 10 not fake" in browser.run("return document.getElementById('masking').textContent")
