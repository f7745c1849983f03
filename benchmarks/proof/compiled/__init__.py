"""Machine code against values: what is drawn, how it is run, and what rounding explains."""
