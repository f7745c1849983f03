"""The last digits of rows: where they are measured, and what computes them."""
