"""What ``pip install .`` gives: the command, with everything that it needs, away from the source."""

import os
import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with nothing but the package and what it depends on."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    lent = sysconfig.get_path("purelib")
    (home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages" / "lent.pth").write_text(
        lent
    )
    isolation = ["--no-build-isolation"] if find_spec("hatchling") is not None else []
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet"]
    subprocess.run(
        [*pip, "--no-deps", "--ignore-installed", *isolation, str(ROOT)], check=True, timeout=240, env=_environment()
    )
    return python.parent


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("CMDB_", "PYTHON"))}


def run(installed: Path, folder: Path, *words: str) -> str:
    done = subprocess.run(
        [installed / "cmdb", *words],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_installed_command_tells_the_story_of_the_estate(installed: Path, tmp_path: Path) -> None:
    assert "Goes down: 17 CIs" in run(installed, tmp_path, "demo", "--no-serve")


@pytest.mark.slow
def test_the_package_does_not_come_from_the_source_folder(installed: Path, tmp_path: Path) -> None:
    place = subprocess.run(
        [installed / "python", "-c", "import cmdb, importers, impact, cmdb_graphql; print(cmdb.__file__)"],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert place.stdout.startswith(str(installed.parent))
