"""The promise: a mistake in a project's own files is one sentence that names it, before anything is written."""

import re

import pytest

from tests.library import Folder


def _edited(library: Folder, file: str, old: str, new: str) -> None:
    path = library.path / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _refused(library: Folder, *command: str) -> str:
    """Return what a command says that fails, and hold that no row of the library is there."""
    ran = library.run(*command)
    assert ran.returncode in (1, 2), ran
    assert "Traceback" not in ran.stderr
    assert not ran.stdout
    assert library.rows() == {"authors": 0, "books": 0}
    return ran.stderr


REVISIONS = "seeds/versions/"
MISTAKES = {
    "a table that the project lacks": (
        "library.py",
        "PROJECT = Project((AUTHORS, BOOKS),",
        "PROJECT = Project((AUTHORS,),",
        "Revision books seeds books, which is not a table of the project: expected one of authors.",
    ),
    "a row of a parent that a unit lacks": (
        "library.py",
        'unit.id_of("authors", stream.below(3))',
        'unit.id_of("authors", 3 + stream.below(3))',
        r"Row \d of authors is asked for: expected 0 to 2, which a unit has.",
    ),
    "a text that is too long": (
        "library.py",
        'f"The {stream.pick(_WORDS)} {stream.pick(_THINGS)}"',
        '"T" * 101',
        "books.title cannot hold a text of 101 characters: expected at most 100.",
    ),
    "PII that is not classified": (
        "library.py",
        'yield {"born"',
        'yield {"email": "jo@corp.com", "born"',
        "column email looks like PII, and is not classified: expected it in pii, which masks it, or in not_pii",
    ),
    "rows that are tuples": (
        "library.py",
        'yield {"born": date(stream.between(1930, 1999), stream.between(1, 12), stream.between(1, 28))}',
        "yield (1, 2)",
        r"The rows of authors cannot be generated, in unit 1: TypeError: it yields \(1, 2\), which is a tuple and not a dict.",
    ),
    "no rows at all": (
        "library.py",
        'yield {"born": date(stream.between(1930, 1999), stream.between(1, 12), stream.between(1, 28))}',
        "return None",
        "Unit 1 of authors has 0 rows: expected 3.|authors",
    ),
    "a syntax error": (
        "library.py",
        "PROJECT = Project(",
        "PROJECT = = Project(",
        r"library.py, line \d+: SyntaxError: invalid syntax",
    ),
    "a name that is not there": (
        REVISIONS + "books.py",
        "from library import BOOKS",
        "from library import BOOK",
        r"books.py, line \d+: ImportError: cannot import name 'BOOK'",
    ),
    "a parent that is not there": (
        REVISIONS + "books.py",
        'down_revision = "authors"',
        'down_revision = "autors"',
        "A revision names 'autors' in its down_revision or depends_on, and no revision has that name",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_one_sentence_before_the_first_write(library: Folder, mistake: str) -> None:
    file, old, new, sentence = MISTAKES[mistake]
    if mistake == "PII that is not classified":
        _edited(library, file, ', "email": "email"}', "}")
    _edited(library, file, old, new)
    for command in ("upgrade --force", "upgrade --sql"):
        assert re.search(sentence, _refused(library, "terp-seed", *command.split())), command


def test_revision_that_leaves_its_rows_is_refused(library: Folder) -> None:
    library.done("terp-seed", "upgrade", "--force")
    _edited(library, REVISIONS + "books.py", "op.unseed(BOOKS)", "pass")
    for command in ("downgrade --force", "downgrade --dry-run", "downgrade --sql"):
        ran = library.run("terp-seed", *command.split())
        assert (ran.returncode, "BEGIN" in ran.stdout) == (1, False), command
        assert "Revision books seeds books, but its downgrade() does not delete that: expected op.unseed there" in ran.stderr
    assert library.rows() == {"authors": 3, "books": 8}


def test_table_without_a_revision_is_named(library: Folder) -> None:
    (library.path / REVISIONS / "books.py").unlink()
    assert "No revision seeds" not in library.done("terp-seed", "upgrade", "--force")
    said = library.done("terp-seed", "upgrade", "--force")
    assert "No revision seeds books: write one with `alembic -n seed revision -m books`." in said


def test_missing_sqlite_file_is_not_created(library: Folder) -> None:
    other = Folder(library.path, "typo.db")
    for command in ("upgrade --force", "downgrade --force", "status", "verify"):
        ran = other.run("terp-seed", *command.split())
        assert ran.returncode == 1, ran
        assert "typo.db refused the connection" in ran.stderr
        assert "which is sqlite:///terp.db where it is not set" in ran.stderr
    assert not (library.path / "typo.db").exists()


def test_fixed_parents_are_the_same_for_every_unit(library: Folder) -> None:
    names = ", ".join(f"{{'born': __import__('datetime').date(19{number}, 1, 1)}}" for number in range(50, 90))
    _edited(library, REVISIONS + "authors.py", "op.seed(AUTHORS)", f"op.seed(AUTHORS, rows=[{names}])")
    _edited(library, "library.py", 'unit.id_of("authors", stream.below(3))', 'unit.id_of("authors", stream.below(40))')
    library.done("terp-seed", "upgrade", "--force", "--size=x20")
    assert library.rows() == {"authors": 40, "books": 160}
    assert "0 failed" in library.done("terp-seed", "verify")


def test_bare_command_prints_help(library: Folder) -> None:
    ran = library.run("terp-seed")
    assert (ran.returncode, ran.stderr.startswith("Usage: terp-seed [OPTIONS] COMMAND")) == (2, True)
