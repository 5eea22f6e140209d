"""Peers: ways from the same rows to a solver, one file a way."""
