"""One module a format: each reads and normalises, purely; the engine does the rest."""
