"""The promise: of many runs at once one seeds, and the others say who does."""

from tests.faults.picture import Picture
from tests.faults.processes import commands, start
from tests.support import ALL_FAULTS, SMALL, Database


def test_of_eight_upgrades_at_once_one_seeds(terp: Database) -> None:
    before = Picture.of(terp)
    cli, plain = (way.upgrade for way in commands())
    for number in range(30 if ALL_FAULTS else 1):
        typed = [(cli, plain)[(each + number) % 4 == 0] for each in range(8)]  # two of eight by plain alembic
        running = [start(terp, *command) for command in typed]
        ended = [(command[0], process.communicate(), process.returncode) for command, process in zip(typed, running, strict=True)]
        for program, (out, err), code in ended:
            assert "Traceback" not in out + err, (out, err)
            assert code == 0 or "Another seeding operation is in progress" in out + err
            assert code in ((0, 3) if program == "terp-seed" else (0, 255)), ended
        seeded = [out + err for _, (out, err), code in ended if code == 0 and _seeded(out + err)]
        assert len(seeded) == 1, ended
        assert terp.counts() == SMALL
        Picture.of(terp).assert_whole(before)
        assert terp.cli("verify").exit_code == 0
        assert terp.cli("downgrade", "-f").exit_code == 0
        assert Picture.of(terp).seeded == before.seeded


def _seeded(said: str) -> bool:
    """Tell from what the CLI or Alembic's log said whether it was this run that seeded."""
    return "Running upgrade invoices -> payments" in said or ("total" in said and " 195 " in said)
