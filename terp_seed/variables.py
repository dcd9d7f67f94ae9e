"""The variables: what the process environment and `.env` contain, as text.

The process environment takes precedence, an empty variable counts as not set, and nothing inside a value is expanded.
"""

import io
import os
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from terp_seed.errors import BadSetting

EXAMPLES = {
    "DATABASE_URL": "mysql://user:password@host:3306/database",
    "DATABASE_CA_CERT": "ca-certificate.crt",
    "TERP_ENV": "development",
    "NODE_ENV": "development",
    "TERP_LOG_FORMAT": "json",
    "SKIP_SEEDING": "true",
}


def read_variables(environ: Mapping[str, str] | None = None, dotenv: str = ".env") -> dict[str, str]:
    """Return the variables of `.env` and of the process environment. Raises BadSetting if one of ours is not text."""
    process = os.environ if environ is None else environ
    variables = {**_of_file(dotenv), **{name: value for name, value in process.items() if value}}
    for name, example in EXAMPLES.items():
        try:
            variables.get(name, "").encode()
        except UnicodeEncodeError:  # how Python represents other bytes of the environment
            raise BadSetting(f"{name} has bytes that are not UTF-8: expected text, as in {name}={example}.") from None
    return variables


def _of_file(name: str) -> dict[str, str]:
    example = f"as in DATABASE_URL={EXAMPLES['DATABASE_URL']}"
    try:
        raw = Path(name).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}
    except OSError as error:
        raise BadSetting(
            f"{name} cannot be read ({error.strerror}): expected a text file that you may read, {example}."
        ) from None
    try:
        text = raw.decode("utf-8-sig")  # editors on Windows put a byte order mark in front
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadSetting(
            f"Line {line} of {name} has bytes that are not UTF-8: expected a text file in UTF-8, {example}."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadSetting(f"Line {line} of {name} has a NUL character: expected a text file in UTF-8, {example}.")
    found = {}
    for binding in parse_stream(io.StringIO(text.replace("\r\n", "\n"))):
        original = binding.original.string
        # the lines of other programs are not ours to judge
        if binding.error and any(variable in original for variable in EXAMPLES):
            line = binding.original.line + original[: len(original) - len(original.lstrip())].count("\n")
            raise BadSetting(f"Line {line} of {name} cannot be read: expected NAME=value, {example}.")
        if binding.key is not None and binding.value:
            found[binding.key] = binding.value
    return found
