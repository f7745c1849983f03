"""Hostile labels: the texts, and a judge for each form that a graph is shown in."""
