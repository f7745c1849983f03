"""Readers under a fuzzer: its process, and a target for each."""
