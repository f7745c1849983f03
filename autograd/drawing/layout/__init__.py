"""Where the boxes, edges and frames of a graph go: sizes in, places out; it knows nothing of values or of SVG."""
