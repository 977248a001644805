"""Mutations of CIs and of redundancy groups."""

from typing import Annotated, TypeAlias

import strawberry
from strawberry import field

from cmdb.ingest.edits import ItemPatch
from cmdb.model import items as model
from cmdb.model.catalogue.catalogue import CI as ROOT
from cmdb.model.references import ById
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.context import Info, RequestContext
from cmdb_graphql.fields import computed
from cmdb_graphql.inputs import LONGEST_NAME, GroupSettingInput, checked_text, named, request, setting_of
from cmdb_graphql.item_mutations import (
    KEY,
    REASON,
    Creation,
    Lifetime,
    Patch,
    Releasing,
    create,
    release,
    set_lifetime,
    update,
)
from cmdb_graphql.kinds import CI, shown
from cmdb_graphql.references import CIRef
from cmdb_graphql.scalars import BigInt
from cmdb_graphql.user_errors import Refused, attempted

CiCreateError: TypeAlias = Annotated[Refused, strawberry.union("CiCreateError", description="Why no CI was created.")]
CiUpdateError: TypeAlias = Annotated[Refused, strawberry.union("CiUpdateError", description="Why a CI is as it was.")]
CiRetireError: TypeAlias = Annotated[Refused, strawberry.union("CiRetireError", description="Why a CI lives on.")]
CiReleaseError: TypeAlias = Annotated[Refused, strawberry.union("CiReleaseError", description="Why a CI is as it was.")]
CiRestoreError: TypeAlias = Annotated[
    Refused, strawberry.union("CiRestoreError", description="Why a CI stays retired.")
]
GroupSetError: TypeAlias = Annotated[
    Refused, strawberry.union("GroupSetError", description="Why a group is as it was.")
]


@strawberry.input(description="A new CI.")
class CiCreateInput(Creation):
    """What `ciCreate` is given."""


@strawberry.input(description="What of a CI changes.")
class CiUpdateInput(Patch):
    """What `ciUpdate` is given."""


@strawberry.input(description="Which CI leaves the estate.")
class CiRetireInput(Lifetime):
    """What `ciRetire` is given."""


@strawberry.input(description="Which retired CI comes back.")
class CiRestoreInput(Lifetime):
    """What `ciRestore` is given."""


@strawberry.input(description="What a redundancy group of a CI needs.")
class GroupSetInput:
    """What `groupSet` is given."""

    ref: CIRef = field(description="The CI whose providers are grouped.")
    name: str = field(description="The name of the group.")
    setting: GroupSettingInput | None = field(
        description="What it needs; null hands it back to the class or to other sources."
    )
    expected_revision: BigInt | None = field(
        description="The revision that was read; refused when it is not the current one.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input(description="What of a CI is again as sources say.")
class CiReleaseInput(Releasing):
    """What `ciRelease` is given."""


@strawberry.type(description="What became of `ciCreate`.")
class CiCreatePayload:
    """A CI or errors."""

    ci: CI | None = field(description="The new CI; null when it was refused.")
    errors: list[CiCreateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `ciUpdate`.")
class CiUpdatePayload:
    """A CI or errors."""

    ci: CI | None = field(description="The CI as it is now; null when the change was refused.")
    errors: list[CiUpdateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `ciRetire`.")
class CiRetirePayload:
    """A CI or errors."""

    ci: CI | None = field(description="The retired CI; null when it was refused.")
    errors: list[CiRetireError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `ciRestore`.")
class CiRestorePayload:
    """A CI or errors."""

    ci: CI | None = field(description="The restored CI; null when it was refused.")
    errors: list[CiRestoreError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `groupSet`.")
class GroupSetPayload:
    """A CI or errors."""

    ci: CI | None = field(description="The CI as it is now; null when the change was refused.")
    errors: list[GroupSetError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `ciRelease`.")
class CiReleasePayload:
    """A CI or errors."""

    ci: CI | None = field(description="The CI as it is now; null when it was refused.")
    errors: list[CiReleaseError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type
class CIMutations:
    """Changes of CIs."""

    @computed("Creates a CI, with relationships if wanted, in one commit.")
    def ci_create(
        self,
        info: Info,
        given: Annotated[CiCreateInput, strawberry.argument(name="input", description="The new CI.")],
    ) -> CiCreatePayload:
        """A new CI."""
        item, errors = attempted(lambda: create(info.context, given, ROOT))
        return CiCreatePayload(ci=_ci(info.context, item), errors=errors)

    @computed("Changes name or attributes of a CI; what people say stands above what sources say.")
    def ci_update(
        self,
        info: Info,
        given: Annotated[CiUpdateInput, strawberry.argument(name="input", description="What changes.")],
    ) -> CiUpdatePayload:
        """A patched CI."""
        item, errors = attempted(lambda: update(info.context, given, ROOT))
        return CiUpdatePayload(ci=_ci(info.context, item), errors=errors)

    @computed("Takes a CI out of the estate; its history and relationships are kept.")
    def ci_retire(
        self,
        info: Info,
        given: Annotated[CiRetireInput, strawberry.argument(name="input", description="Which CI.")],
    ) -> CiRetirePayload:
        """A retired CI."""
        patch = ItemPatch(retired=True, expected_revision=given.expected_revision)
        item, errors = attempted(lambda: set_lifetime(info.context, given, ROOT, patch))
        return CiRetirePayload(ci=_ci(info.context, item), errors=errors)

    @computed("Takes a retired CI back into the estate.")
    def ci_restore(
        self,
        info: Info,
        given: Annotated[CiRestoreInput, strawberry.argument(name="input", description="Which CI.")],
    ) -> CiRestorePayload:
        """A restored CI."""
        patch = ItemPatch(retired=False, expected_revision=given.expected_revision)
        item, errors = attempted(lambda: set_lifetime(info.context, given, ROOT, patch))
        return CiRestorePayload(ci=_ci(info.context, item), errors=errors)

    @computed("Hands values that people set back to the sources; each is again as sources say.")
    def ci_release(
        self,
        info: Info,
        given: Annotated[CiReleaseInput, strawberry.argument(name="input", description="What is handed back.")],
    ) -> CiReleasePayload:
        """A CI without what people said."""
        item, errors = attempted(lambda: release(info.context, given, ROOT))
        return CiReleasePayload(ci=_ci(info.context, item), errors=errors)

    @computed("Says how many members of a redundancy group of a CI must be up.")
    def group_set(
        self,
        info: Info,
        given: Annotated[GroupSetInput, strawberry.argument(name="input", description="The group.")],
    ) -> GroupSetPayload:
        """A CI with a group setting."""
        item, errors = attempted(lambda: _set_group(info.context, given))
        return GroupSetPayload(ci=_ci(info.context, item), errors=errors)


def _set_group(context: RequestContext, given: GroupSetInput) -> model.Item:
    name = checked_text("name", given.name, LONGEST_NAME)
    setting = None if given.setting is None else setting_of(given.setting)
    item = named(context.services, given.ref, ROOT)
    patch = ItemPatch(groups={name: setting}, expected_revision=given.expected_revision)
    return context.services.editor.update(ById(item.id), patch, request(context, given.idempotency_key, given.reason))


def _ci(context: RequestContext, item: model.Item | None) -> CI | None:
    if item is None:
        return None
    ci = shown(item, Cohort.of(context.services, [item], None))
    return ci if isinstance(ci, CI) else None
