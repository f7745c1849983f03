"""Defects in the compiler's passes, from a recording to a program, and in what a call fills in."""

from benchmarks.defects.defect import Defect

PASSES = (
    Defect(
        "autograd/compiler/repeated.py",
        'yield number.get(id(known), ("value", id(known))), slope is None',
        'yield number.get(id(known), ("value", id(known))), False',
        "a function that detaches now and then passes for one that does the same each time",
    ),
    Defect(
        "autograd/compiler/repeated.py",
        'yield pack("d", known)',
        "yield abs(known)",
        "recordings of a constant and of its negative are the same",
    ),
    Defect(
        "autograd/compiler/replicas.py",
        "if len(leaves) == 1 and not rest:",
        "if len(leaves) == 1:",
        "a batch made of a sum loses the terms that are not alike",
    ),
    Defect(
        "autograd/compiler/replicas.py",
        "row = rows.mean if node._row is rows.mean and len(part.members) == len(terms) else rows.sum",
        "row = node._row",
        "each part of a mean is a mean of its own",
    ),
    Defect(
        "autograd/compiler/replicas.py",
        "(left, float(len(total.terms)))",
        "(left, float(len(leaves) + len(rest)))",
        "a mean is divided by the number of its parts",
    ),
    Defect(
        "autograd/compiler/replicas.py",
        "return joined if latest < self.start(joined) else None",
        "return joined",
        "two batches are joined although one needs the total of the other",
    ),
    Defect(
        "autograd/compiler/alike.py",
        "return row, y is None, dx is None and is_silent(x, dx), dy",
        "return row, y is None, False, dy",
        "a piece in which an operand is detached is like one in which it is not",
    ),
    Defect(
        "autograd/compiler/one_result.py",
        "if all_finite(slopes, *column_slopes):",
        "if True:",
        "the inf in the slope of another result makes a nan of this one's",
    ),
    Defect(
        "autograd/compiler/one_result.py",
        "sample_seeds[result - self.outputs][sample] = 1.0",
        "sample_seeds[result - self.outputs][0] = 1.0",
        "the slopes of any sample's result are those of the first",
    ),
    Defect(
        "autograd/compiler/numbering.py",
        "        for i in numbers:\n            self.uses[i] += 2  # never the single operand of another\n",
        "",
        "a result that one sum uses as well is taken over by it",
    ),
    Defect(
        "autograd/compiler/numbering.py",
        'key = (CONSTANT, pack("d", number))',
        "key = (CONSTANT, number)",
        "the constants 0.0 and -0.0 are one",
    ),
    Defect(
        "autograd/compiler/numbering.py",
        "(1 if self.operations[i].row is rows.neg else LONG)",
        "LONG",
        "the negative of a sum that is 0.0 is 0.0, too",
    ),
    Defect(
        "autograd/compiler/lift.py",
        "as_written[written] = places if kind == written else places[::-1]",
        "as_written[written] = places",
        "the factors of a product that is written the other way round change places",
    ),
    Defect(
        "autograd/compiler/adjoint.py",
        "self._contribute(operand, (upstream,), slope < 0.0)",
        "self._contribute(operand, (upstream,))",
        "a slope of -1 is one of 1",
    ),
    Defect(
        "autograd/compiler/adjoint.py",
        "others = flat[:place] + flat[place + 1 :]",
        "others = flat[place + 1 :]",
        "the slope of a product in its second factor is 1",
    ),
    Defect(
        "autograd/compiler/adjoint.py",
        "np.repeat(members, width)",
        "np.tile(members, width)",
        "the terms of several sums get each other's adjoints",
    ),
    Defect(
        "autograd/compiler/adjoint.py",
        "if np.array_equal(places, every) and np.array_equal(factor.index, every) else None",
        "if np.array_equal(factor.index, every) else None",
        "an adjoint that is handed on in another order is taken as it is",
    ),
    Defect(
        "autograd/compiler/adjoint.py",
        "total = contribution if is_zero(total) else Apply(rows.add, (total, contribution))",
        "total = contribution",
        "of an operand that stands twice in one expression, the last path counts",
    ),
    Defect(
        "autograd/compiler/invariants.py",
        "low >= 0 and high < ref.family.size",
        "low >= 0 and high <= ref.family.size",
        "a place just beyond a family passes for one in it",
    ),
    Defect(
        "autograd/compiler/updates.py",
        "        updates.append(Update(self.state, self.end_of_lists, self.steps))\n",
        "",
        "the optimizer's steps are not counted by machine code",
    ),
    Defect(
        "autograd/compiler/schedule.py",
        "return Origin(stage + reduces, arguments",
        "return Origin(stage, arguments",
        "a batch that needs the total of another runs beside it",
    ),
    Defect(
        "autograd/compiler/results.py",
        "return plan.thing.copy() if isinstance(plan.thing, numpy.ndarray) else plan.thing",
        "return plan.thing",
        "an array in a result is the one that all calls share",
    ),
    Defect(
        "autograd/compiler/one_result.py",
        "found[sample : sample + len(slopes)] = slopes",
        "found[: len(slopes)] = slopes",
        "the slopes of one sample's result stand in the first row",
    ),
    Defect(
        "autograd/compiler/calls.py",
        "start += given.rows[place].length * given.rows[place].width",
        "start += given.rows[place].length",
        "of two opened arrays the second gets slopes of the first",
    ),
)
