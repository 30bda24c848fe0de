"""Measure what the project promises: every figure a ratio against a peer, in the same run."""
