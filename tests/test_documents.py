"""The harness that runs documents fails where a document is wrong."""

from pathlib import Path

import pytest

from tests.documents import Block, Shell, blocks, compare


def _same(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("shown", "printed"),
    [("a\n", "a\n"), ("a\n…\nd\n", "a\nb\nc\nd"), ("a\n…\nd", "a\nd"), ("…\nd", "a\nd"), ("a\n…", "a\nb"), ("a …\nc", "a b\nc")],
)
def test_what_is_shown_is_what_is_printed(shown: str, printed: str) -> None:
    compare(shown, printed, _same, "here")


@pytest.mark.parametrize(
    ("shown", "printed"), [("a", "b"), ("a", "a\nb"), ("a\n…\nd", "a\nb"), ("a.c", "abc"), ("", "a"), ("a\n…\nd", "ab\nd")]
)
def test_a_difference_fails(shown: str, printed: str) -> None:
    with pytest.raises(AssertionError, match="here"):
        compare(shown, printed, _same, "here")


def test_shell_keeps_variables_folder_and_exit_code(tmp_path: Path) -> None:
    with Shell(tmp_path, {"A": "1"}) as shell:
        assert shell.run("export B=2; mkdir c; cd c") == ""
        assert shell.run("echo $A$B; pwd; (exit 3)") == f"12\n{tmp_path}/c\n"
        assert shell.run("echo $?") == "3\n"
        assert shell.run("cat; printf x >&2", "1\n$2\n") == "1\n$2\nx"
        with pytest.raises(AssertionError, match="the shell ended"):
            shell.run("exit")


def test_blocks_and_commands(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("text\n\n```console\n$ a \\\n    b\nout\n$ c\n```\n<!-- stage: rain -->\n```python d.py\ne\n```\n")
    found = blocks(page)
    assert found[1:] == [Block("stage", "rain", "", 9), Block("python", "d.py", "e\n", 10)]
    assert list(found[0].commands()) == [("a \\\n    b", "out\n"), ("c", "")]
