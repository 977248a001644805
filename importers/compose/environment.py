"""The variables of a project and the environment of its services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cmdb.model.observations import Problem, Severity, Where
from importers.compose.definitions import Definition, Entry
from importers.compose.env_files import EnvFile, read_env
from importers.compose.files import folder_of, found_among
from importers.compose.parts import Gaps
from importers.fields import at, text


@dataclass(slots=True)
class Environment:
    """What the environment files of a call say: ``variables`` for the project's files, and settings of services."""

    texts: Mapping[str, str]
    gaps: Gaps
    variables: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _read: dict[str, EnvFile] = field(default_factory=dict)
    _missing: set[str] = field(default_factory=set)

    def define(self, names: Iterable[str]) -> None:
        """Take the variables of these files, the later before the earlier ones.

        Raises:
            FileMalformed: the references of one stand for too much text.
        """
        for name in names:
            found = self._file(name).variables
            self.variables |= {key: variable.value for key, variable in found.items()}

    def completed(self, definition: Definition) -> Definition:
        """The service with the settings of its ``env_file`` under its own, and with those that are only passed on."""
        settings: dict[str, Entry] = {}
        for entry in definition.of("env_file").values():
            settings |= self._settings_of(entry)
        for name, entry in definition.of("environment").items():
            value = entry.value if entry.value is not None else self.variables.get(name)
            if value is None:
                self.gaps.unset(name, entry.where)
                settings.pop(name, None)
            else:
                settings[name] = replace(entry, value=value)
        return replace(definition, attributes={**definition.attributes, "environment": settings})

    def _settings_of(self, entry: Entry) -> dict[str, Entry]:
        path = text(entry.value) or text(entry.value, "path")
        name = found_among(list(self.texts), folder_of(entry.where.file), path)
        if name is not None:
            found = self._file(name).variables
            return {key: Entry(variable.value, Where(name, variable.line)) for key, variable in found.items()}
        if path not in self._missing and at(entry.value, "required") is not False:
            message = "A service reads its environment from a file that is not there. Give it in the same call."
            self.problems.append(Problem(Severity.WARNING, "ENV_FILE_NOT_GIVEN", message, entry.where))
        self._missing.add(path)
        return {}

    def _file(self, name: str) -> EnvFile:
        if name not in self._read:
            self._read[name] = found = read_env(self.texts[name], name, self.variables)
            self.problems += found.problems
            for missing, where in found.undefined.items():
                self.gaps.undefined(missing, where)
        return self._read[name]
