"""A made-up estate of any size with the shape of a real one: layers, redundancy groups, a few shared hubs."""

import numpy as np

from impact import ALONE, Effect, Graph, GroupSpec, Threshold

_LAYERS = 6
_DEPENDENCIES = 4
_SEED = 20_240_229


def estate(size: int) -> Graph:
    """Return a graph of ``size`` nodes, each depending on up to four of the layer under it.

    Every second node holds its dependencies in one group that survives the loss of one member. Providers are drawn
    with a bias to low numbers, so a few of them carry much of the layer above. The same size gives the same graph.
    O(size).
    """
    random = np.random.default_rng(_SEED)
    layer = max(1, size // _LAYERS)
    dependents = np.repeat(np.arange(layer, size), _DEPENDENCIES)
    floor = (dependents // layer - 1) * layer
    providers = floor + (random.random(len(dependents)) ** 3 * layer).astype(np.int64)
    owners = np.arange(layer, size, 2)
    groups = [GroupSpec(owner=int(owner), name="pool", min_up=Threshold.count(_DEPENDENCIES - 1)) for owner in owners]
    position = np.full(size, ALONE)
    position[owners] = np.arange(len(owners))
    effects = np.full(len(dependents), int(Effect.HARD))
    return Graph.compile(size, dependents, providers, effects, position[dependents], groups)
