"""A recording as a function that a user could have written: run on values it is eager, and under jit it is compiled."""

from collections.abc import Iterable, Sequence
from typing import Any

from autograd import vmap
from autograd.compiler.interpret import called, of_samples
from autograd.compiler.recording import Recording, operands_first
from autograd.primitives import Primitive
from autograd.value import Value

Known = dict[int, Any]  # what a node of the recording stands for now


class Replay:
    """The function of the arguments and of the rows of each batch; it gives the outputs, and the results per sample.

    >>> from autograd import primitives as rows
    >>> from autograd.compiler.recording import Reduction, Section
    >>> x, y, total = Value(0.0), Value(0.0), Value(0.0)
    >>> sections, reductions = (Section((y,), (x * y,)),), (Reduction(total, rows.sum, 0, 0),)
    >>> Replay(Recording((x,), sections, reductions, (total + x,), ((0, 0),)))([2.0], [[3.0], [4.0]])
    ([16.0], [[6.0, 8.0]])
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.orders = [operands_first(section.outputs) for section in recording.sections]
        self.own = [of_samples(s.inputs, order) for s, order in zip(recording.sections, self.orders, strict=True)]

    def __call__(self, arguments: Sequence[Any], *batches: Any) -> tuple[list[Any], list[Any]]:
        recording = self.recording
        known: Known = {id(v): v for v in recording.captured}
        known.update(zip(map(id, recording.arguments), arguments, strict=True))
        per_sample: dict[tuple[int, int], Any] = {}
        for s, batch in enumerate(batches):
            results = self._of_all_samples(s, known, batch)
            for reduction in recording.reductions:
                if reduction.section == s:
                    known[id(reduction.leaf)] = reduction.row(results[reduction.output])
            per_sample.update({(s, place): result for place, result in enumerate(results)})
        compute(operands_first(recording.outputs), known)
        return [known[id(v)] for v in recording.outputs], [per_sample[place] for place in recording.per_sample]

    def _of_all_samples(self, s: int, known: Known, batch: Any) -> tuple[Any, ...]:
        """For each output of a section, what all samples give: the values that they share are computed once."""
        section, own = self.recording.sections[s], self.own[s]
        compute([v for v in self.orders[s] if id(v) not in own], known)
        order = [v for v in self.orders[s] if id(v) in own]

        def of_sample(row: Sequence[Any]) -> tuple[Any, ...]:
            mine = known | dict(zip(map(id, section.inputs), row, strict=True))
            compute(order, mine)
            return tuple(mine[id(v)] for v in section.outputs)

        return vmap(of_sample)(batch)  # type: ignore[no-any-return]


def compute(order: Iterable[Value], known: Known) -> None:
    """Compute the nodes again, operands first, from what is known."""
    for node in order:
        if node._row is not None and id(node) not in known:
            assert isinstance(node._row, Primitive)
            operands = called(node, known)
            constant = all(slope is None for slope in node.slopes)
            known[id(node)] = detached(operands[0]) if constant else node._row(*operands)


def detached(operand: Any) -> Any:
    """A value without its history; a number has none."""
    return operand.detach() if isinstance(operand, Value) else operand
