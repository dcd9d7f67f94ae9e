"""Blocks: anonymous blocks of PL/pgSQL, by which a script decides, and a statement is put together from the catalogue."""

import re

_LINE_END = re.compile(r"; *\n *")


def do(body: str, declare: str = "") -> str:
    """Return the DO statement of a body, without its last semicolon, and of variables that it declares.

    No line ends with a semicolon: a client that cuts a script at those would cut the block.
    """
    tag = _tag(body + declare)
    declared = f"DECLARE {declare}; " if declare else ""
    return f"DO {tag} {declared}BEGIN {_LINE_END.sub('; ', body)}; END {tag}"


def kept(setting: str, block: str) -> tuple[str, str]:
    """Return the block that keeps another one in a setting, and the one that runs it from there: a script may need it often."""
    tag = _tag(block)
    return do(f"PERFORM set_config('{setting}', {tag}{block}{tag}, false)"), do(f"EXECUTE current_setting('{setting}')")


def _tag(body: str) -> str:
    """Return a dollar quote that the body does not have."""
    number = 0
    while f"$seed{number or ''}$" in body:
        number += 1
    return f"$seed{number or ''}$"
