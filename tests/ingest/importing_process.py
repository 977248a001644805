"""A process that imports today's estate in small batches, told to die at any moment."""

import sys

from cmdb.ingest import batches
from cmdb.ingest.engine import Ingest
from tests.ingest.estate_in_two_days import TODAY, today
from tests.store.writing_process import understood


def main() -> None:
    """Import once; a line is written when it begins, and after each batch."""
    vars(batches)["ROWS"] = 12  # many commits, so that many of them can be cut
    with understood(sys.argv[1]).open() as store:
        tell(0, 0)
        Ingest(store).run([today], TODAY, tell)


def tell(done: int, rows: int) -> None:
    """Say how far it is."""
    sys.stdout.write(f"{done} of {rows}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
