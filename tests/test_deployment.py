"""The Dockerfile and the job of .do/ are complete, safe and do what they say, as far as can be seen without their platforms."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import PROJECT, SMALL, VARIABLES, Database
from tests.test_package import BUILT_FROM

# the fields of an app specification that are used here, and their values, after DigitalOcean's reference
APP_FIELDS = {"name", "region", "jobs", "databases", "alerts"}
JOB_FIELDS = {
    *("name", "kind", "github", "source_dir", "dockerfile_path", "instance_count", "instance_size_slug", "run_command", "envs"),
}
DATABASE_FIELDS = {"name", "engine", "production", "cluster_name"}


def read_yaml(text: str) -> Any:
    """Read the part of YAML that the specification uses: mappings, lists of mappings, plain values. Fails on anything else."""
    lines = [(len(line) - len(line.lstrip(" ")), line.strip()) for line in text.splitlines()]
    return _block([(indent, line) for indent, line in lines if line and not line.startswith("#")])


def _block(lines: list[tuple[int, str]]) -> Any:
    indent = lines[0][0]
    chunks: list[list[tuple[int, str]]] = []
    for line in lines:
        assert line[0] >= indent, f"dedented too little or too much: {line}"
        if line[0] == indent:
            chunks.append([line])
        else:
            chunks[-1].append(line)
    if lines[0][1].startswith("- "):
        assert all(chunk[0][1].startswith("- ") for chunk in chunks), chunks
        return [_block([(indent + 2, chunk[0][1][2:]), *chunk[1:]]) for chunk in chunks]
    result: dict[str, Any] = {}
    for (_, first), *rest in chunks:
        matched = re.fullmatch(r"([a-z_]+):(?: (\S.*))?", first)
        assert matched, f"not `key: value`: {first}"
        key, value = matched.groups()
        assert key not in result, f"twice: {key}"
        assert bool(value) != bool(rest), f"neither a value nor a block, or both: {key}"
        result[key] = _block(rest) if rest else _plain(value)
    return result


def _plain(value: str) -> str | int | bool:
    assert re.match(r"[A-Za-z0-9/$]", value), f"not plain: {value}"
    assert ": " not in value, value
    assert " #" not in value, value
    return value == "true" if value in ("true", "false") else int(value) if value.isdigit() else value


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    read: dict[str, Any] = read_yaml((PROJECT / ".do/seed-job.yaml").read_text())
    return read


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    """Return the instructions and their arguments."""
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


@pytest.mark.parametrize(
    "bad",
    ["a: 1\na: 2", "a:\n", "a: 1\n  b: 2", "a:\tb", "a: b: c", "a: *b", "a: [1]", "- b", "a:\n  - b: 1\n  c: 2", "a: 1 # b"],
)
def test_specification_reader_rejects_unknown_syntax(bad: str) -> None:
    with pytest.raises(AssertionError):
        read_yaml(bad)


def test_the_job_has_known_fields_only(spec: dict[str, Any]) -> None:
    (job,), (database,) = spec["jobs"], spec["databases"]
    assert set(spec) == APP_FIELDS
    assert set(job) == JOB_FIELDS
    assert set(database) == DATABASE_FIELDS
    assert job["kind"] == "PRE_DEPLOY"
    assert (PROJECT / job["dockerfile_path"]).is_file()
    assert job["github"]["deploy_on_push"] is False
    assert (database["engine"], database["production"]) == ("MYSQL", True)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,30}[a-z0-9]", name) for name in (spec["name"], job["name"], database["name"]))


def test_job_is_bound_to_database_and_certificate(spec: dict[str, Any]) -> None:
    (job,), (database,) = spec["jobs"], spec["databases"]
    assert all(variable["scope"] == "RUN_TIME" for variable in job["envs"])
    assert {variable["key"]: variable["value"] for variable in job["envs"]} == {
        "DATABASE_URL": f"${{{database['name']}.DATABASE_URL}}",
        "DATABASE_CA_CERT": f"${{{database['name']}.CA_CERT}}",
        "TERP_ENV": "production",
    }


def test_job_seeds_verifies_and_can_run_again(terp_without_mysql: Database, spec: dict[str, Any], tmp_path: Path) -> None:
    first = _run_job(spec, terp_without_mysql, tmp_path)
    assert first.returncode == 0, first
    assert terp_without_mysql.counts() == SMALL
    assert "0 failed, 0 skipped" in first.stdout
    again = _run_job(spec, terp_without_mysql, tmp_path)
    assert again.returncode == 0, again
    assert "Nothing to do" in again.stdout
    assert terp_without_mysql.counts() == SMALL
    terp_without_mysql.execute("UPDATE orders SET total = total + 1 WHERE id = 9")
    assert _run_job(spec, terp_without_mysql, tmp_path).returncode == 1


def test_the_job_fails_when_seeding_does(new_database: Any, spec: dict[str, Any], tmp_path: Path) -> None:
    failed = _run_job(spec, new_database("sqlite"), tmp_path)
    assert failed.returncode == 1
    assert "the table is missing" in failed.stderr
    assert "checks hold" not in failed.stdout


def test_image_contains_only_what_the_build_reads(dockerfile: list[tuple[str, str]]) -> None:
    copied = [source for word, rest in dockerfile if word == "COPY" and "--from" not in rest for source in rest.split()[:-1]]
    assert sorted(copied) == sorted((*BUILT_FROM, "requirements.lock"))
    assert all((PROJECT / source).exists() for source in copied)
    ignored = [line for line in (PROJECT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert ignored == ["*", *(f"!{source}" for source in sorted(copied)), "**/__pycache__"]


def test_image_installs_only_hash_checked_packages(dockerfile: list[tuple[str, str]]) -> None:
    commands = [command for word, rest in dockerfile if word == "RUN" for command in re.split(r"\s+&&\s+", rest)]
    installs = [command for command in commands if re.search(r"\bpip (install|wheel)\b", command)]
    assert len(installs) == 4
    assert [command for command in installs if "--no-index" not in command] == [
        "pip wheel --require-hashes --only-binary=:all: --wheel-dir=/wheels -r requirements.lock"
    ]


def test_image_runs_terp_seed_as_unprivileged_user(dockerfile: list[tuple[str, str]]) -> None:
    words = [word for word, _ in dockerfile]
    assert [rest.split()[0] for word, rest in dockerfile if word == "FROM"] == ["python:3.11-slim"] * 2
    assert dict(dockerfile)["USER"] == "seed"
    assert any(rest.startswith("useradd") and rest.endswith(" seed") for word, rest in dockerfile if word == "RUN")
    assert "RUN" not in words[words.index("USER") :]
    assert json.loads(dict(dockerfile)["ENTRYPOINT"]) == ["terp-seed"]
    assert json.loads(dict(dockerfile)["CMD"]) == ["--help"]  # an image that is started by mistake writes nothing


def _run_job(spec: dict[str, Any], database: Database, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the job's command as the platform does, in a shell, with its variables; the test's server has no certificate."""
    (job,) = spec["jobs"]
    bound = {"DATABASE_URL": database.url, "DATABASE_CA_CERT": ""}
    variables = {variable["key"]: bound.get(variable["key"], variable["value"]) for variable in job["envs"]}
    environment = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    return subprocess.run(
        ["/bin/sh", "-c", job["run_command"]],
        cwd=folder,
        env={**environment, **variables, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
