"""The documentation says what the program does."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmdb import errors

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")


def cmdb(*arguments: str, folder: Path) -> str:
    """Run the command line as a user does, on a terminal of 100 columns."""
    code = "from cmdb.app.cli import main; main()"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def test_the_transcript_in_the_readme_is_what_the_demo_prints(tmp_path: Path) -> None:
    shown = README.split("<!-- transcript: cmdb demo --no-serve -->\n```text\n")[1].split("\n```\n")[0]
    said = cmdb("demo", "--no-serve", folder=tmp_path)
    assert shown.strip()
    assert [line.rstrip() for line in said.splitlines()[: len(shown.splitlines())]] == shown.splitlines()


def tree(error: type[errors.CMDBError]) -> Iterator[type[errors.CMDBError]]:
    """An error and everything under it."""
    yield error
    for below in error.__subclasses__():
        yield from tree(below)


@pytest.mark.parametrize("error", sorted(tree(errors.CMDBError), key=str))
def test_every_error_code_is_documented(error: type[errors.CMDBError]) -> None:
    assert f"| `{error.code}` |" in (ROOT / "docs" / "errors" / "README.md").read_text("utf-8")


PAGES = sorted(str(page.relative_to(ROOT)) for page in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_every_link_between_the_pages_leads_somewhere(name: str) -> None:
    page = ROOT / name
    missing = [target for target in LINK.findall(page.read_text("utf-8")) if not (page.parent / target).exists()]
    assert missing == []
