"""What holds when several sources speak, and who said what.  Pure."""

from cmdb.reconcile.claims import EdgeClaim, ItemClaim
from cmdb.reconcile.folding import Effective, fold_edge, fold_item, lifecycle_of
from cmdb.reconcile.provenance import Aspect, Provenance, Standing, Statement, provenances
from cmdb.reconcile.voices import Voice, Voices, class_of

__all__ = [
    "Aspect",
    "EdgeClaim",
    "Effective",
    "ItemClaim",
    "Provenance",
    "Standing",
    "Statement",
    "Voice",
    "Voices",
    "class_of",
    "fold_edge",
    "fold_item",
    "lifecycle_of",
    "provenances",
]
