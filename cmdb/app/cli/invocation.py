"""One call of the command line: its settings, and the services that a command asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import ValidationError

from cmdb.app.settings import Settings
from cmdb.app.wiring import Absent, open_services
from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.practices.services import Services


@dataclass(frozen=True, slots=True)
class Invocation:
    """The settings of this call."""

    settings: Settings

    @classmethod
    def of(cls, store: str | None, catalogue: tuple[Path, ...]) -> "Invocation":
        """The environment's settings with the options of the command line over them.

        Raises:
            typer.BadParameter: a setting of the environment has no usable value.
        """
        given = {"store": store, "catalogue": catalogue or None}
        try:
            settings = Settings.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            told = "; ".join(f"{_variable(fault['loc'])}: {fault['msg']}" for fault in faults)
            raise typer.BadParameter(told) from error
        return cls(settings)

    @property
    def names_store(self) -> bool:
        """Whether the user or the environment named a store."""
        return "store" in self.settings.model_fields_set

    def catalogue(self) -> Catalogue:
        """The built-in catalogue with the user's files."""
        return load_catalogue(*self.settings.catalogue)

    def with_policy(self, name: str | None) -> "Invocation":
        """The same with another policy for imports, unless none is named."""
        return self if name is None else Invocation(self.settings.model_copy(update={"import_policy": name}))

    @contextmanager
    def services(self, absent: Absent = Absent.REFUSE) -> Iterator[Services]:
        """The services over the store, which is closed at the end; a command that only reads founds none.

        Raises:
            StoreMissing: there is no store yet, unless ``absent`` allows that.
        """
        opened = open_services(self.settings, absent)
        with opened.store:
            yield opened


def invocation_of(context: typer.Context) -> Invocation:
    """The invocation that a command belongs to."""
    invocation = context.find_object(Invocation)
    if not isinstance(invocation, Invocation):
        raise typer.BadParameter("The command was not called through cmdb.")
    return invocation


def _variable(place: tuple[int | str, ...]) -> str:
    return f"CMDB_{str(place[0]).upper()}" if place else "CMDB_"
