"""Benchmarks: what the library's figures are, measured beside its peers in one run.

`python -m benchmarks` lists them, and README.md says how to read them.
"""
