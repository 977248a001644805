"""Services that extend others, of their own file or of another one of the call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cmdb.model.observations import Problem, Severity
from importers.compose.definitions import Definition, Entry
from importers.compose.files import folder_of, found_among
from importers.fields import text


@dataclass(slots=True)
class Extension:
    """Resolves ``extends`` over the definitions of all files; what cannot be resolved is a problem."""

    definitions: Mapping[str, Mapping[str, Definition]]
    problems: list[Problem] = field(default_factory=list)

    def resolved(self, file: str, name: str) -> Definition:
        """The service with all that it extends under it; a circle ends where it closes.  Linear in the chain."""
        own = self.definitions[file][name]
        chain = [own]
        seen = {(file, name)}
        while (entry := chain[-1].single("extends")) is not None:
            base = self._base(file, entry)
            if base is None:
                break
            if base in seen:
                message = "The service extends itself. Break the circle."
                self.problems.append(Problem(Severity.ERROR, "EXTENDS_CIRCULAR", message, entry.where, name))
                break
            seen.add(base)
            file = base[0]
            chain.append(self.definitions[file][base[1]])
        result = chain.pop()
        while chain:
            result = chain.pop().over(result)
        return replace(result, where=own.where)

    def _base(self, file: str, entry: Entry) -> tuple[str, str] | None:
        path, name = text(entry.value, "file"), text(entry.value, "service") or text(entry.value)
        found = found_among(list(self.definitions), folder_of(file), path) if path else file
        if found is not None and name in self.definitions[found]:
            return found, name
        message = "What the service extends is not there. Give the file that has it in the same call."
        self.problems.append(Problem(Severity.INCOMPLETE, "EXTENDED_NOT_GIVEN", message, entry.where, name))
        return None
