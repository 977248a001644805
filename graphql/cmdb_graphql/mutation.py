"""The root of all mutations."""

import strawberry

from cmdb_graphql.ci_mutations import CIMutations
from cmdb_graphql.duplicate_mutations import DuplicateMutations
from cmdb_graphql.import_mutations import ImportMutations
from cmdb_graphql.plan_mutations import PlanMutations
from cmdb_graphql.record_mutations import RecordMutations
from cmdb_graphql.relationship_mutations import RelationshipMutations


@strawberry.type(description="Everything that can be changed; a refused input is data, and nothing is written.")
class Mutation(CIMutations, RecordMutations, RelationshipMutations, DuplicateMutations, ImportMutations, PlanMutations):
    """Changes of CIs, records and relationships, imports, and decisions of duplicate cases and of plans."""
