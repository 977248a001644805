"""The words of the CMDB as frozen, typed values: catalogue, items, commits, observations."""
