"""The output: a page that goes to a file or to standard output, whole or not at all."""

import tempfile
from pathlib import Path

import click

from terp_seed.errors import SeedError
from terp_seed.runtime.standard_output import opened


def save(output: str, text: str) -> None:
    """Write a text to a file atomically, or to standard output for `-`. Raises SeedError if the file cannot be written.

    The file is its owner's alone. A symbolic link is not followed, except those in /dev, such as /dev/stdout.
    """
    if output == "-":
        opened()
        click.echo(text.encode(), nl=False)  # a page says itself that it is UTF-8, whatever the locale
        return
    path = Path(output).absolute()
    if path.is_relative_to("/dev"):
        path = path.resolve()
    if path.is_symlink():
        raise SeedError(
            f"{output} cannot be written: it is a symbolic link. Expected a file: name the one that it points to, or delete it."
        )
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device or a pipe: cannot be replaced
        else:
            _replace(path, text)
    except OSError as error:
        raise SeedError(
            f"{output} cannot be written: {error.strerror}. Expected a file in an existing folder: name one with --output."
        ) from None


def _replace(path: Path, text: str) -> None:
    """Write a text beside a file, under a name that nobody can guess, and put it in the file's place."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)  # with mode 0600
    written = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
