"""The promise: docs/configuration.md has every option, key and variable, and none that does not exist."""

import itertools
import re
import shlex

import click
import pytest
from dotenv import dotenv_values

from terp_seed.backends.address_words import plain
from terp_seed.backends.connection import parse_url
from terp_seed.backends.mysql import address_words
from terp_seed.cli.entry import main
from terp_seed.errors import BadSetting
from terp_seed.settings import OPTION_KEYS
from tests.documents import blocks
from tests.support import PROJECT, VARIABLES, Database

DOCUMENT = (PROJECT / "docs" / "configuration.md").read_text()


def _rows(head: str) -> list[list[str]]:
    """Return the cells of the document's table whose first line begins with this."""
    _, _, rest = DOCUMENT.partition(f"\n| {head} |")
    lines = itertools.takewhile(lambda line: line.startswith("|"), rest.splitlines()[2:])
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def _options() -> dict[str, set[str]]:
    """Return the commands of each option of the command line."""
    found: dict[str, set[str]] = {}
    for name, command in main.commands.items():
        for parameter in command.params:
            assert isinstance(parameter, click.Option)
            for spelling in parameter.opts:
                found.setdefault(spelling, set()).add(name)
    return found


def test_every_option_is_documented_with_its_commands() -> None:
    documented = {
        spelling: set(commands.split(", "))
        for option, commands, _ in _rows("option")
        for spelling in re.findall(r"`(-\S+?)(?: [A-Z-]+)?`", option)
    }
    everywhere = {"--help", "-h", "--version"}
    assert everywhere <= documented.keys()
    assert {key: value for key, value in documented.items() if key not in everywhere} == _options()


def test_every_key_is_documented() -> None:
    assert [re.findall(r"`(\w+)`", key)[0] for key, _ in _rows("key")] == list(OPTION_KEYS)


def test_every_variable_is_documented() -> None:
    code = "\n".join(path.read_text() for path in (PROJECT / "terp_seed").rglob("*.py"))
    read = set(re.findall(r'(?:variables|read_variables\(\)|environ)\.get\("([A-Z_]+)"', code)) - {"TERM"}
    documented = {re.findall(r"`(\w+)`", variable)[0] for variable, _, _ in _rows("variable")}
    assert documented == read == {*VARIABLES, "NO_COLOR"}
    shown = (PROJECT / ".env.example").read_text()
    assert set(re.findall(r"^#? ?([A-Z_]+)=", shown, re.MULTILINE)) <= documented
    assert dotenv_values(PROJECT / ".env.example").keys() == {"DATABASE_URL"}


def test_addresses_of_the_document_are_refused_so(sqlite_terp: Database) -> None:
    commands = [
        each for block in blocks(PROJECT / "docs" / "configuration.md") if block.kind == "console" for each in block.commands()
    ]
    assert len(commands) == 5
    for command, shown in commands:
        variable, *arguments = shlex.split(command)
        result = sqlite_terp.cli(*arguments[1:], DATABASE_URL=variable.partition("=")[2])
        assert (result.exit_code, result.output) == (2, shown)


def test_words_of_addresses_are_as_documented() -> None:
    section = DOCUMENT.partition("\n## Addresses\n")[2].partition("\n## ")[0]
    cells = [re.findall(r"`([A-Za-z_-]+)(=?)", cell) for cell, _, _ in _rows("in the address")]
    words = {row[0][0] for row in cells} | {word for row in cells for word, equals in row if equals or not row[0][1]}
    assert {"sslmode", "useSSL", "sslcert", "passwd", "socketPath"} <= words
    for word in words:
        said = ""
        try:
            parse_url(f"mysql:///terp?{word}=x")
        except BadSetting as refused:
            said = str(refused)
        assert "unknown word" not in said, word
    ignored, never = (
        re.findall(r"`([A-Za-z_]+)`", part)
        for part in section.partition("Words about")[2].partition("SQLite")[0].split("Refused are")
    )
    assert {plain(word) for word in ignored} <= address_words.IGNORED | set(address_words.CHARSETS)
    assert {plain(word) for word in never} <= address_words.REFUSED.keys()


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_shows_every_option_of_a_command(sqlite_terp: Database, name: str) -> None:
    shown = sqlite_terp.cli(name, "-h").stdout
    assert all(spelling in shown for spelling, commands in _options().items() if name in commands)
