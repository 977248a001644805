"""``cmdb impact``: what falls, what only loses redundancy, and why."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON, AsOfText, moment_of
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.assessment_json import assessment_json
from cmdb.app.rendering.assessment_report import LISTED, Shape, assessment_report
from cmdb.ingest.references import find_all
from cmdb.model.items import Item
from cmdb.model.references import ById, Reference, parse_reference
from cmdb.practices.answers import DETAIL, AsOf, Assessment, Question, Seed
from cmdb.practices.assessor import AFFECTS
from cmdb.practices.moments import Moment, seq_of
from cmdb.practices.services import Services

STATES: Final = ("down", "degraded", "at_risk")


def assess(  # noqa: PLR0913, PLR0917 - one parameter an option, as Typer wants it
    context: typer.Context,
    references: Annotated[
        list[str],
        typer.Argument(
            metavar="REF…", help="CIs that fail, each as REF or REF=STATE; or changes, incidents, problems."
        ),
    ],
    state: Annotated[
        str, typer.Option(help="State of every REF without one: down, degraded or at_risk.", metavar="STATE")
    ] = "down",
    as_of: AsOfText = None,
    lists_at_risk: Annotated[bool, typer.Option("--at-risk", help="List what is only at risk, too.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help=f"Rows listed: {LISTED} a section, {DETAIL} in JSON; everything is computed."),
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Say what goes down, what only loses redundancy and why it holds, and who must be told.

    [bold]Examples[/bold]

      cmdb impact Host:db-1
      cmdb impact Switch:core-1 PDU:r2-a
      cmdb impact Workload:cart=degraded --at-risk
      cmdb impact Change:CHG-2041
      cmdb impact Host:db-1 --as-of 2026-11-01 --json

    Redundancy counts: a host with two power feeds survives one of them, and the answer says so.
    """
    seeds = [seed_of(text, state) for text in references]
    moment = moment_of(as_of)
    with invocation_of(context).services() as services:
        answer = answer_of(services, seeds, moment, limit or DETAIL)
        if as_json:
            write_json(assessment_json(answer))
            return
        shape = Shape(limit or LISTED, lists_at_risk, describe(services, answer))
        print_report(assessment_report(answer, shape))


def seed_of(text: str, state: str) -> Seed:
    """``REF`` or ``REF=STATE``.

    Raises:
        InvalidReference: the reference.  typer.BadParameter: the state.

    >>> seed_of("Host:db-1=degraded", "down")
    Seed(reference=ByName(cls='Host', name='db-1'), state='degraded')
    """
    reference, equals, own = text.rpartition("=")
    if equals and own in STATES:
        return Seed(parse_reference(reference), own)
    if state not in STATES:
        msg = f"{state!r} is not a failure state; use down, degraded or at_risk."
        raise typer.BadParameter(msg, param_hint="--state")
    return Seed(parse_reference(text), state)


def answer_of(services: Services, seeds: Sequence[Seed], moment: AsOf, detail: int) -> Assessment:
    """The impact of CIs, of a record, or of several of either together.

    A record stands for the CIs that it affects, each in the state that the record says.

    Raises:
        NotFound, AmbiguousName, Retired, SeqUnavailable, BadInput: as :meth:`cmdb.practices.assessor.Assessor.assess`.
    """
    items = _items(services, [seed.reference for seed in seeds], moment)
    if len(items) == 1 and is_record(services, items[0]):
        return services.assessor.of_record(ById(items[0].id), moment, detail)
    spread: list[Seed] = []
    for item, seed in zip(items, seeds, strict=True):
        if is_record(services, item):
            spread += services.assessor.question_of(ById(item.id), moment).seeds
        else:
            spread.append(Seed(ById(item.id), seed.state))
    return services.assessor.assess(Question(tuple(spread), moment, detail))


def is_record(services: Services, item: Item) -> bool:
    """Whether an item says what happens to others: a change, incident, problem or outage."""
    return item.cls in services.catalogue.relationship(AFFECTS).from_classes


def describe(services: Services, answer: Assessment) -> str:
    """What the record asked about says of itself."""
    if answer.subject is None:
        return ""
    id_ = str(answer.subject["id"])
    item = services.store.items([id_], answer.seq).get(id_)
    return str(item.attributes.get("description", "")) if item is not None else ""


def _items(services: Services, references: Sequence[Reference], moment: AsOf) -> list[Item]:
    return find_all(references, Moment(services.store, seq_of(services.store, moment)), services.catalogue)
