"""A document as a test reads it: files to write, commands to run in a shell, and the output that it shows.

A fence says what its block is: ```console has commands after `$ ` and their output, ```sql a query and the ```text after it
the answer, ```python NAME (or another language with a name) a file. A line `…` stands for any lines, and `…` in a line for
the rest of it. What nobody reads in
the finished page tells a test more: `<!-- stage: … -->` is something that happens, `<!-- form: … -->` marks a block whose
commands are checked for their form only.
"""

import difflib
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"```(\w+)(?: (\S+))?\n(.*?)^```$|<!-- (stage|form): (.+?) -->", re.DOTALL | re.MULTILINE)
_ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """A Block is one fenced block of a document, or one of its stage directions."""

    kind: str  # the language, "stage" or "form"
    name: str
    text: str
    line: int

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each command of a console block and the output that is shown; a command goes on after a backslash."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = re.sub(r"\\\n", "\\\\\0", part).partition("\n")
            yield command.replace("\0", "\n"), output


def blocks(path: Path) -> list[Block]:
    """Return the blocks of a document, in order."""
    text = path.read_text()
    found = []
    for match in _FENCE.finditer(text):
        language, name, body, direction, what = match.groups()
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(direction or language, what or name or "", body or "", line))
    return found


class Shell:
    """A Shell is one bash that runs a document's commands one after the other, as a reader's would."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={"HOME": str(folder), "LANG": "C.UTF-8", "PATH": os.environ["PATH"], **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str, given: str = "") -> str:
        """Run a command, with some text as its input, and return what it printed; the next one may ask for its `$?`."""
        assert self._bash.stdin
        assert self._bash.stdout
        source = f"<<'=end='\n{given}=end=" if given else "< /dev/null"
        self._bash.stdin.write(f"{{ {command}\n}} {source}\nstatus=$?; printf '\\n=done=\\n'; (exit $status)\n")
        self._bash.stdin.flush()
        printed = ""
        while not printed.endswith("\n=done=\n"):
            line = self._bash.stdout.readline()
            assert line, f"the shell ended at: {command}\n{printed}"
            printed += line
        return printed.removesuffix("\n=done=\n")

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.kill()
        self._bash.communicate()


def compare(shown: str, printed: str, normal: Callable[[str], str], where: str) -> None:
    """Fail with the difference when what was printed is not what is shown, both made normal first."""
    expected, found = normal(shown).rstrip().splitlines(), normal(printed).rstrip().splitlines()
    pattern = "".join(
        r"(?:.*\n)*" if line == _ANYTHING else re.escape(line).replace(_ANYTHING, ".*") + r"\n" for line in expected
    )
    if not re.fullmatch(pattern, "".join(f"{line}\n" for line in found)):
        raise AssertionError("\n".join([where, *difflib.unified_diff(expected, found, "shown", "printed", lineterm="")]))
