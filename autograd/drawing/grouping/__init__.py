"""A graph too large for a box to each value, in a few boxes: parts of a model, and operations that do the same."""
