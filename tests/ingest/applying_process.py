"""A process that applies a plan in small batches, told to die at any moment."""

import sys

from cmdb.ingest import batches
from cmdb.ingest.plans import Decision, Plans
from tests.ingest.importing_process import tell
from tests.store.writing_process import understood


def main() -> None:
    """Apply once; a line is written after each batch."""
    vars(batches)["ROWS"] = 12  # many commits, so that many of them can be cut
    with understood(sys.argv[1]).open() as store:
        Plans(store).apply(sys.argv[2], Decision("a process"), tell)


if __name__ == "__main__":
    main()
