"""The standard streams, as a command finds them: made fit to be written to, from whatever place it was called."""

import io
import os
import sys


def prepare() -> None:
    """Make a closed stream (`>&-`) lead to nowhere, or the next file or connection would get its number.

    A character that the terminal's encoding lacks is written as its number.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
