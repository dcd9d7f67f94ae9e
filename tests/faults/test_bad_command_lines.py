"""The promise: bad input has one clear line, exit code 2, no traceback and no write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terp_seed.cli.entry import main
from terp_seed.terp.schema import METADATA
from tests.support import ALL_FAULTS, SEVEN, Database

TABLES = {*METADATA.tables, "alembic_version"}
words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=12)
good = {"size": "small", "seed": "7", "as-of": "2026-03-01", "env": "test", "table": "clients", "first-id": "1"}


def _is_size(text: str) -> bool:
    number = text[1:]
    plain = number.isascii() and number.isdigit() and not number.startswith("0") and len(number) <= 7
    return text in ("small", "medium", "large") or (text[0] == "x" and plain and int(number) <= 1_000_000)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19


bad_values = st.one_of(
    st.tuples(
        st.just("--size"),
        st.one_of(words, st.sampled_from(["x0", "x-1", "huge", "x1000001", "x1.5", "X10", "x 10", "x٣"])).filter(
            lambda text: not _is_size(text)
        ),
    ),
    st.tuples(
        st.just("--seed"),
        st.one_of(words, st.integers(2**63, 2**80).map(str), st.integers(-(10**9), -1).map(str)).filter(
            lambda text: not (_is_number(text) and int(text) < 2**63)
        ),
    ),
    st.tuples(
        st.just("--as-of"), st.one_of(words, st.sampled_from(["1979-12-31", "2038-01-01", "2026-02-30", "20260301", "today"]))
    ),
    st.tuples(st.just("--env"), words.filter(lambda text: text.lower() not in ("development", "test", "staging", "production"))),
    st.tuples(st.just("--table"), words.filter(lambda text: text not in SEVEN)),
    st.tuples(
        st.just("--first-id"), st.one_of(words.filter(lambda text: not _is_number(text)), st.sampled_from(["0", "2147483648"]))
    ),
)
bad_options = st.one_of(
    words.map(lambda word: (f"--{word}x9",)),
    st.sampled_from([("--dryrun",), ("--rollback",), ("--yes",), ("--sizes=small",), ("extra",), ("-z",)]),
)


@pytest.mark.parametrize("verb", sorted(main.commands))
@settings(max_examples=300 if ALL_FAULTS else 50)
@given(bad=st.one_of(bad_values, bad_options), others=st.sets(st.sampled_from(sorted(good))))
def test_a_bad_command_line_is_refused(sqlite_terp: Database, verb: str, bad: tuple[str, ...], others: set[str]) -> None:
    # a value that is bad for one command is an option that another does not have: both are refused
    known = {option for parameter in main.commands[verb].params for option in parameter.opts}
    rest = [f"--{key}={good[key]}" for key in sorted(others) if f"--{key}" in known - {bad[0]}]
    force = ["--force"] if "--force" in known else []
    result = sqlite_terp.cli(verb, *rest, "=".join(bad), *force)
    assert result.exit_code == 2, (bad, result.output)
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert result.stderr.strip()
    assert sqlite_terp.tables() == TABLES
    assert sum(sqlite_terp.counts().values()) == 0


@settings(max_examples=60)
@given(key=words, value=words)
def test_plain_alembic_refuses_bad_x_argument(sqlite_terp: Database, key: str, value: str) -> None:
    if key in ("size", "seed", "as_of", "first_id", "env", "force"):
        key += "_"
    ran = sqlite_terp.alembic("-n", "seed", "-x", f"{key}={value}", "upgrade", "head")
    assert ran.code != 0
    assert ran.out.startswith("FAILED: ") or "expected one argument" in ran.err  # argparse takes -=1 for an option
    assert sum(sqlite_terp.counts().values()) == 0
