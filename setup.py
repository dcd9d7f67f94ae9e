"""What pyproject.toml cannot say of the build: the wheel carries copies of alembic.ini, migrations/ and seeds/.

The files stay at the top of the repository, where they are edited; there is no second copy of them to keep in step.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CARRIED = ("alembic.ini", "migrations", "seeds", ".env.example")  # what terp_seed/app/project_files.py looks for


class BuildWithProject(build_py):
    """Build the package, and put the project's files into its folder project_files."""

    def run(self) -> None:
        """Build. An editable install gets no copies: it uses the repository's own files."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "terp_seed", "project_files")
        shutil.rmtree(target, ignore_errors=True)  # a revision that was deleted must not travel on in an old build folder
        target.mkdir()
        for name in CARRIED:
            if Path(name).is_dir():
                shutil.copytree(name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(name, target / name)


setup(cmdclass={"build_py": BuildWithProject})
