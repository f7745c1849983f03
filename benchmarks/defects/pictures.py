"""Defects in pictures: what they say, where things go, the formulas beside them."""

from benchmarks.defects.defect import Defect

PICTURES = (
    Defect(
        "autograd/drawing/lettering.py",
        '.replace(\'"\', "&quot;")',
        "",
        "a quotation mark in a label ends the attribute that it stands in",
    ),
    Defect("autograd/drawing/lettering.py", 'in "WF"', 'in "F"', "Chinese labels do not fit into their boxes"),
    Defect(
        "autograd/drawing/picture.py",
        "text[: length - 1].translate",
        "text[:length].translate",
        "a clipped text is one character too long",
    ),
    Defect(
        "autograd/drawing/picture.py",
        "varying.add(operand)",
        "varying.discard(operand)",
        "every leaf is drawn as a constant",
    ),
    Defect(
        "autograd/drawing/heat.py",
        "if heat != heat or heat >= self.most:",
        "if heat >= self.most:",
        "a gradient of nan has no place on the scale",
    ),
    Defect(
        "autograd/drawing/values.py",
        "heat = abs(node.grad * slope)",
        "heat = node.grad * slope",
        "a negative gradient is the coldest of all",
    ),
    Defect(
        "autograd/drawing/values.py",
        "if sizes[scope] > 1 and sizes[inner] < sizes[scope]",
        "if sizes[scope] > 1",
        "a frame is drawn around the same boxes twice",
    ),
    Defect("autograd/drawing/dot.py", '.replace("&", "&amp;")', "", "DOT shows &lt; in a label as <"),
    Defect(
        "autograd/drawing/labels.py",
        "            names.setdefault(value, (name, scope))\n",
        "            names[value] = (name, scope)\n",
        "of several names of a value the last counts",
    ),
    Defect(
        "autograd/drawing/layout/lanes.py",
        "opening[f] * spacing.opening",
        "spacing.opening",
        "frames that begin together lie upon each other",
    ),
    Defect(
        "autograd/drawing/layout/order.py",
        "place[item] = (i + 0.5) / len(rank)",
        "place[item] = i / len(rank)",
        "ranks of different length are not compared by their middles",
    ),
    Defect(
        "autograd/drawing/grouping/merging.py",
        " and len(users[before[0]]) == 1:",
        ":",
        "a group that several others use is merged with one of them",
    ),
    Defect(
        "autograd/drawing/formulas/paths.py",
        "ways.get(link.operand, 0) + through",
        "through",
        "explain counts the paths through one use of each value",
    ),
    Defect(
        "autograd/drawing/formulas/paths.py",
        "            links.reverse()  # of two operands `backward()` takes the second first\n",
        "            pass\n",
        "explain adds up in another order than backward()",
    ),
    Defect(
        "autograd/drawing/formulas/derivation.py",
        'brackets = slope.binds <= SUM or slope.text.startswith("-")',
        "brackets = slope.binds <= SUM",
        "a derivation multiplies by a minus sign without brackets",
    ),
    Defect(
        "autograd/drawing/stepping/gradients.py",
        "            places.reverse()  # of two operands the second comes first\n",
        "            pass\n",
        "the stepper adds up in another order than backward()",
    ),
)
