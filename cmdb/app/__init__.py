"""Settings, wiring, server and command line: the only place that names an adapter."""
