"""Settings: where they come from, what they refuse, what they never show."""

import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from cmdb.app.cli.serving import serve
from cmdb.app.settings import Settings


def test_without_an_environment_everything_stays_on_this_machine() -> None:
    settings = Settings()
    assert (settings.store, settings.host, settings.port) == ("sqlite:///cmdb.db", "127.0.0.1", 8000)
    assert (settings.token, settings.password, settings.catalogue) == (None, None, ())


def test_the_environment_gives_values_and_an_argument_stands_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDB_STORE", "memory:")
    monkeypatch.setenv("CMDB_PORT", "9000")
    assert Settings().store == "memory:"
    assert Settings(store="sqlite:///other.db").store == "sqlite:///other.db"
    assert Settings().port == 9000


def test_an_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDB_STORE_PASSWORD", "")
    assert Settings().password is None


def test_catalogue_files_are_separated_as_in_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDB_CATALOGUE", os.pathsep.join(["one.yaml", "two.yaml"]))
    assert Settings().catalogue == (Path("one.yaml"), Path("two.yaml"))


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDB_STORE_PASSWORD", "correct-horse")
    monkeypatch.setenv("CMDB_API_TOKEN", "battery-staple")
    settings = Settings()
    assert "horse" not in repr(settings)
    assert "staple" not in settings.model_dump_json()
    assert (settings.password, settings.token) == ("correct-horse", "battery-staple")


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_actor_is_the_user_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ada")
    assert Settings().actor == "ada"
    monkeypatch.setenv("CMDB_ACTOR", "nightly import")
    assert Settings().actor == "nightly import"
    monkeypatch.delenv("CMDB_ACTOR")
    monkeypatch.delenv("USER")
    monkeypatch.delenv("LOGNAME", raising=False)
    assert Settings().actor == "cmdb"


@pytest.mark.parametrize("name", ["import_bytes", "imports_at_once", "exports_at_once", "import_patience"])
def test_every_limit_is_documented_with_its_default(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    default = int(Settings.model_fields[name].default)
    variable = f"CMDB_{name.upper()}"
    assert re.search(rf"^\| `{variable}` \|.*\| {default:,} \|$", page, re.MULTILINE)
    assert re.search(rf"{variable} .*; {default}$", serve.__doc__ or "", re.MULTILINE)
