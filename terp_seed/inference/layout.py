"""The layout: lines of generated Python as a formatter would leave them, at most 120 characters wide."""

from collections.abc import Sequence

WIDTH = 120


def entry(text: str, comment: str) -> list[str]:
    """Return the line of a column with its comment; one that is too long has it above, and its arguments one a line."""
    room = WIDTH - 8
    if len(text) + 2 + len(comment) <= room:
        return [f"{text}  {comment}"]
    if len(text) <= room:
        return [comment, text]
    opening, _, rest = text.partition("(")
    return [comment, f"{opening}(", *(f"    {argument}," for argument in _arguments(rest.removesuffix("),"))), "),"]


def indented(part: str) -> str:
    """Return an argument of sa.Table on lines of its own, its own arguments one a line if it is too long."""
    return f"    {part}" if len(part) <= WIDTH - 4 or not part.startswith("sa.Column(") else _broken(part)


def _broken(part: str) -> str:
    inner = part.removeprefix("sa.Column(").removesuffix("),")
    pieces = _arguments(inner)
    lines = []
    for piece in pieces:
        if len(piece) > WIDTH - 9 and piece.startswith("sa.Enum("):
            members = _arguments(piece.removeprefix("sa.Enum(").removesuffix(")"))
            lines += ["        sa.Enum(", *(f"            {member}," for member in members), "        ),"]
        else:
            lines.append(f"        {piece},")
    return "\n".join(["    sa.Column(", *lines, "    ),"])


def _arguments(text: str) -> list[str]:
    """Split arguments at their commas, not at those within quotes or parentheses."""
    found, depth, in_text, start, place = [], 0, False, 0, 0
    while place < len(text):
        letter = text[place]
        if in_text:
            place += letter == "\\"
            in_text = letter != '"'
        elif letter == '"':
            in_text = True
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(text[start:place].strip())
            start = place + 1
        place += 1
    return [*found, text[start:].strip()]


def wrapped(opening: str, items: Sequence[str], closing: str, indent: str) -> str:
    """Return items in brackets, on one line if they fit, else one a line."""
    line = f"{indent}{opening}{', '.join(items)}{closing}\n"
    if len(line) <= WIDTH + 1:
        return line
    return (
        f"{indent}{opening[:-1]}\n{indent}    {opening[-1]}\n"
        + "".join(f"{indent}        {item},\n" for item in items)
        + f"{indent}    {closing[0]}\n{indent}{closing[1:]}\n"
    )


def one_line(text: str) -> str:
    """Return a text for a comment or a docstring."""
    return " ".join(text.replace("\\", "\\\\").replace('"""', "'''").split())


def tuple_text(names: Sequence[str]) -> str:
    """Return a tuple of literals after `down_revision = `."""
    line = f"({', '.join(names)})"
    return line if len(line) <= WIDTH - len("down_revision = ") else "(\n" + "".join(f"    {name},\n" for name in names) + ")"
