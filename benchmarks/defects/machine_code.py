"""Defects in machine code, in the threads that share it, and in tapes."""

from benchmarks.defects.defect import Defect

MACHINE_CODE = (
    Defect(
        "autograd/compiler/gather.py",
        'builder.fcmp_ordered("<", index, number(float(length), lanes))',
        'builder.fcmp_ordered("<=", index, number(float(length), lanes))',
        "an index just beyond a table reads what stands behind it",
    ),
    Defect(
        "autograd/compiler/gather.py",
        "[code.plus(sample, lane) for lane in range(lanes)]",
        "[sample] * lanes",
        "every lane takes from the table of the first sample",
    ),
    Defect(
        "autograd/compiler/gather.py",
        "code.builder.select(inside, value, code.builder.fmul(value, ir.Constant(F64, 0.0)))",
        "value",
        "what an index beyond a table gets is added to the first item",
    ),
    Defect(
        "autograd/compiler/blocks.py",
        "code.plus(code.plus(code.times(samples, place), first), s)",
        "code.plus(code.times(samples, place), s)",
        "the results of every block are written over those of the first",
    ),
    Defect(
        "autograd/compiler/oversamples.py",
        "[v * self.lanes + lane for lane in range(self.lanes)]",
        "[lane for lane in range(self.lanes)]",
        "in a block that is not full, lanes without a sample are added up",
    ),
    Defect(
        "autograd/compiler/oversamples.py",
        "code.store(code.builder.fadd(there, more), memory, place)",
        "code.store(more, memory, place)",
        "of the sums of several threads the last one counts",
    ),
    Defect(
        "autograd/compiler/oversamples.py",
        "total = code.added(total, [in_use], term.negative)",
        "total = code.added(total, [in_use], False)",
        "what is subtracted over samples is added",
    ),
    Defect(
        "autograd/compiler/grids.py",
        "np.ascontiguousarray(grid.places.T), negative=term.negative)",
        "np.ascontiguousarray(grid.places.T))",
        "a grid that is turned round forgets its sign",
    ),
    Defect(
        "autograd/compiler/section.py",
        "add(width - width % split + q, parts[q])",
        "add(width - width % split, parts[q])",
        "the last products of a long sum are the first of the last, again and again",
    ),
    Defect(
        "autograd/compiler/section.py",
        "one_tile(count // tile, count % tile)",
        "one_tile(count // tile, 1)",
        "of the members left over after whole tiles, one is computed",
    ),
    Defect("autograd/compiler/section.py", "NOTHING = -0.0", "NOTHING = 0.0", "a sum of -0.0 is 0.0 in machine code"),
    Defect(
        "autograd/compiler/lanes.py",
        'self.builder.fcmp_unordered(sign, a, b) if sign == "!=" else self.builder.fcmp_ordered(sign, a, b)',
        "self.builder.fcmp_ordered(sign, a, b)",
        "nan != nan is false in machine code",
    ),
    Defect(
        "autograd/compiler/shares.py",
        "blocks = [-(-count // self.machine.memory.width) for count in samples]",
        "blocks = [count // self.machine.memory.width for count in samples]",
        "samples after the last full block belong to no thread",
    ),
    Defect(
        "autograd/compiler/shares.py",
        "add(*arguments, scratch.pointers[0])",
        "add(*arguments, others[0].pointers[0])",
        "the sums of the second thread are added for each of the others",
    ),
    Defect(
        "autograd/compiler/team.py",
        "            if task.error is not None:\n                raise task.error\n",
        "            pass\n",
        "what another thread raises is lost",
    ),
    Defect(
        "autograd/compiler/tape.py",
        "            adjoints[:] = 0.0\n",
        "",
        "a tape begins with the adjoints of the call before",
    ),
    Defect(
        "autograd/compiler/tape.py",
        "np.add.at(adjoints, self._outputs, seeds)",
        "adjoints[self._outputs] = seeds",
        "of a result that is given twice, the last seed counts",
    ),
    Defect(
        "autograd/compiler/tape_rows.py",
        "for i in reversed(wanted) if count == 2 else wanted:",
        "for i in wanted:",
        "a tape rounds x / x otherwise than backward() does",
    ),
    Defect(
        "autograd/compiler/tape_reach.py",
        "reached.update(with_slopes(kind, operands))",
        "reached.update(operands)",
        "0 times inf flows into what was detached",
    ),
    Defect(
        "autograd/compiler/tape_sequences.py",
        "rows.abs if row is rows.norm else rows.pos",
        "rows.pos",
        "the norm of one negative number is negative on a tape",
    ),
    Defect(
        "autograd/compiler/tape_writing.py",
        "y, constants = self._without_slope(y), constants | 2",
        "y, constants = self._without_slope(y), constants",
        "a tape lets slopes flow into a detached second operand",
    ),
    Defect(
        "autograd/compiler/training.py",
        "self.optimizer.steps = int(numbers[-2])",
        "self.optimizer.steps += 1",
        "an optimizer has counted one step after many of machine code",
    ),
)
