"""A process that imports today's estate in small batches, told to die at any moment."""

import sys

from cmdb.ingest import batches
from cmdb.ingest.engine import Ingest
from tests.ingest.estate_in_two_days import TODAY, today
from tests.store.writing_process import understood


def main() -> None:
    """Import once; a line is written when it begins."""
    vars(batches)["ROWS"] = 12  # many commits, so that many of them can be cut
    with understood(sys.argv[1]).open() as store:
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        Ingest(store).run([today], TODAY)


if __name__ == "__main__":
    main()
