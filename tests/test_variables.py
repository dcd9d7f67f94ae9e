"""Variables: the process before `.env`, an empty one as if it were not there, and text or a sentence."""

import os
from pathlib import Path

import pytest

from terp_seed.errors import BadSetting
from terp_seed.settings import Settings
from terp_seed.variables import EXAMPLES, read_variables
from tests.support import VARIABLES, Database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of a `.env` of its own."""
    return tmp_path / ".env"


def read(file: Path, **process: str) -> dict[str, str]:
    return read_variables(process, str(file))


def test_empty_variable_does_not_override_the_file(file: Path) -> None:
    file.write_text("TERP_ENV=production\nDATABASE_URL=mysql://root@host/terp\nNODE_ENV=\n")
    assert read(file, TERP_ENV="", NODE_ENV="") == {"TERP_ENV": "production", "DATABASE_URL": "mysql://root@host/terp"}
    assert Settings.from_options({}, {"TERP_ENV": "", "DATABASE_URL": ""}, str(file)).environment == "production"


def test_nothing_in_a_value_is_expanded(file: Path) -> None:
    file.write_text('DATABASE_URL=mysql://root:a${HOME}b$HOME@host/terp\nOTHER=${DATABASE_URL}\nDOUBLE="${HOME}"\n')
    assert read(file, HOME="/home/me") == {
        "DATABASE_URL": "mysql://root:a${HOME}b$HOME@host/terp",
        "OTHER": "${DATABASE_URL}",
        "DOUBLE": "${HOME}",
        "HOME": "/home/me",
    }


@pytest.mark.parametrize("name", VARIABLES)
def test_bytes_that_are_no_text_are_refused(file: Path, name: str) -> None:
    said = f"{name} has bytes that are not UTF-8: expected text, as in {name}={EXAMPLES[name]}."
    with pytest.raises(BadSetting) as refused:
        read(file, **{name: os.fsdecode(b"s3cret\xff")})
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"TERP_ENV=test\nDATABASE_URL=mysql://root:s3cret\xff@h/d\n", "Line 2 of .env has bytes that are not UTF-8: expected"),
        ("TERP_ENV=test\n".encode("utf-16"), "Line 1 of .env has bytes that are not UTF-8: expected"),
        (b"A=1\nB=2\nDATABASE_URL=mysql://root:s3cret\0@h/d\n", "Line 3 of .env has a NUL character: expected"),
        (b"\n\n\nDATABASE_URL='mysql://root:s3cret@h/d\n", "Line 4 of .env cannot be read: expected NAME=value, as in"),
        (b"DATABASE_URL mysql://root:s3cret@h/d\n", "Line 1 of .env cannot be read: expected NAME=value, as in"),
    ],
)
def test_file_that_is_no_text_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str) -> None:
    file.write_bytes(content)
    monkeypatch.chdir(file.parent)
    with pytest.raises(BadSetting) as refused:
        read_variables({})
    assert str(refused.value).startswith(said)
    assert "s3cret" not in str(refused.value)


def test_other_lines_of_file_are_not_judged(file: Path) -> None:
    file.write_text("what 'is this\nTERP_ENV=test\n")
    assert read(file) == {"TERP_ENV": "test"}


def test_file_of_another_editor_is_read(file: Path) -> None:
    file.write_bytes("TERP_ENV=test\r\nDATABASE_CA_CERT='a\r\nb'\r\n".encode("utf-8-sig"))
    assert read(file) == {"TERP_ENV": "test", "DATABASE_CA_CERT": "a\nb"}


def test_folder_instead_of_file_is_ignored(tmp_path: Path) -> None:
    assert read(tmp_path) == read(tmp_path / "no such" / "file") == {}


def test_unreadable_file_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # the superuser may read everything
    with pytest.raises(BadSetting, match=r"\.env cannot be read \(Permission denied\): expected a text file that you may read"):
        read(file)


@pytest.mark.parametrize("log_format", ["json", "console", ""])
def test_command_line_reports_an_unreadable_file(file: Path, monkeypatch: pytest.MonkeyPatch, log_format: str) -> None:
    from click.testing import CliRunner

    from terp_seed.cli.entry import main

    file.write_bytes(b"TERP_ENV=\xff")
    with Database("sqlite://", "sqlite").environment({"TERP_LOG_FORMAT": log_format}):
        monkeypatch.chdir(file.parent)
        result = CliRunner().invoke(main, ["upgrade", "-f"], catch_exceptions=False)
    assert result.exit_code == 2
    assert "Line 1 of .env has bytes that are not UTF-8" in result.stderr
