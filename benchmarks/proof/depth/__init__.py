"""Long chains, and every walk over them."""
