"""How often the interpreter looks for garbage that is held by cycles only."""

import gc
from typing import Final

OBJECTS: Final = 50_000
"""So many more objects than before make it look: some three batches of an import."""


def relax_collector() -> None:
    """For a process that makes and drops millions of objects which are in no cycle, as an import does.

    Left as it is, the collector looks at them after every 700, which takes a sixth of an import's time and frees
    nothing.  What is loaded by now is not looked at any more: it stays until the process ends.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS, 20, 100)
