"""Answers of the AWS API and what AWS Config records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cmdb.model.observations import Observation, Problem, Where
from cmdb.model.sources import Scope
from importers.aws.answers import answer_of
from importers.aws.estate import Estate
from importers.aws.items import is_config
from importers.aws.recorded import Recorded
from importers.aws.sniffing import confidence
from importers.base import Document, Importer, ReadOptions
from importers.json_text import parse_json
from importers.text_input import whole_text


class AwsImporter(Importer):
    """JSON that ``aws … describe-*``, ``list-*`` and ``get-*`` print, and items of AWS Config.

    All answers of one call are of one account in one region.  ``ReadOptions.source`` names the account
    (``aws/123456789012``), ``ReadOptions.boundary`` the region.  References need the whole input, so memory grows with
    it.
    """

    name: ClassVar[str] = "aws"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of the lists that are known, by what stands in them; less of empty ones and of others with ARNs."""
        return confidence(head)

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """As :meth:`scopes_together`, for one file."""
        return self.scopes_together([document], options)

    def scopes_together(self, documents: Sequence[Document], options: ReadOptions) -> tuple[Scope, ...]:
        """The scope of each list, empty ones too, of the account, its region and zones; of Config each region's.

        Which account and region that is, one of the files may tell for all of them.
        """
        read = _Read.of(documents, options)
        found = {one.scope for one in read.recorded.observations() if not isinstance(one, Problem)}
        return tuple(sorted(found | (read.estate.scopes() if read.estate is not None else set())))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then CIs (implied ones first), then edges, each in input order; answers before Config's items."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All answers as those of one account in one region: tags, target health and references reach over files."""
        read = _Read.of(documents, options)
        if read.estate is not None:
            yield from read.estate.observations()
        yield from read.recorded.observations()


@dataclass(frozen=True, slots=True)
class _Read:
    """Files taken apart: those that are answers, if any, and those that are of Config."""

    estate: Estate | None
    recorded: Recorded

    @classmethod
    def of(cls, documents: Sequence[Document], options: ReadOptions) -> "_Read":
        bodies = [(document.name, parse_json(whole_text(document), Where(document.name, 1))) for document in documents]
        answers = [answer_of(body, file) for file, body in bodies if not is_config(body)]
        recorded = Recorded.of([(file, body) for file, body in bodies if is_config(body)], options)
        return cls(Estate.of(answers, options) if answers else None, recorded)
