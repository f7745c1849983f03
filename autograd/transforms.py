"""Functions of functions: derivatives of any order, with JAX's meaning of the words.

`gradients(y, xs)` gives derivatives as values, made of the slopes in the table, and so with derivatives
of their own; everything else here is a few lines on top of it. Arguments and results may be nested lists,
tuples and dictionaries. Numbers in, numbers out; where a result depends on a value (an argument, or one
that the function captured), it comes out as a value, so that no slope is lost.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from operator import index
from typing import Any

from autograd.dialects import HandMade
from autograd.fused import OwnRule
from autograd.given import check_function, shown
from autograd.graph import topological_order
from autograd.modes import mode, recording, tracer
from autograd.primitives import NO_SEQUENCES, Operand, flat, number, pos
from autograd.value import Value, as_called, data_of

Function = Callable[..., Any]


def gradients(y: Value, xs: Sequence[Value]) -> list[Value]:
    """How fast `y` grows with each of `xs`, as values: they can be differentiated again.

    Nothing is added to any `.grad`. A value that `y` was not made of has gradient 0.

    >>> x = Value(3.0)
    >>> (slope,) = gradients(x ** 3.0, [x])
    >>> (curvature,) = gradients(slope, [x])
    >>> slope.data, curvature.data
    (27.0, 18.0)
    """
    if not isinstance(xs, Iterable) or isinstance(xs, NO_SEQUENCES):
        raise TypeError(f"gradients takes a list of values, got {shown(xs)}; one is written [x]")
    xs = list(xs)
    for given in (y, *xs):
        if not isinstance(given, Value):
            raise TypeError(f"gradients takes a value and a list of values, got {shown(given)}")
    return [gradient if isinstance(gradient, Value) else Value(gradient) for gradient in adjoints(y, xs)]


def adjoints(y: Value | float, xs: Sequence[Value]) -> list[Value | float]:
    """The same, with a float for a gradient that depends on nothing."""
    if not isinstance(y, Value):
        return [0.0 for _ in xs]
    order = topological_order(y)
    depending = depend_on(order, xs)
    found: dict[int, Any] = {id(y): 1.0}
    for node in reversed(order):
        if id(node) not in found or not grows_with(node, depending):
            continue
        edges = list(zip(node.operands, contributions(node, found[id(node)], y), strict=True))
        for operand, contribution in edges if type(node._y) is int else reversed(edges):  # as backward() adds them up
            if contribution is not None and id(operand) in depending:
                before = found.get(id(operand))
                found[id(operand)] = contribution if before is None else before + contribution
    return [on_its_own(found.get(id(x), 0.0)) for x in xs]


def on_its_own(gradient: Any) -> Any:
    """A gradient as a value apart from the leaves: what is assigned to `w.data` must not change that of w * x in x."""
    return pos(gradient) if isinstance(gradient, Value) and gradient._row is None else gradient


def depend_on(order: Iterable[Value], xs: Iterable[Value]) -> set[int]:
    """The ids of all values in `order` that were made of one of `xs`, and of those themselves."""
    depending = {id(x) for x in xs}
    for node in order:
        if grows_with(node, depending):
            depending.add(id(node))
    return depending


def grows_with(node: Value, depending: set[int]) -> bool:
    """Whether one of those in `depending` is an operand of `node`, and not as a constant."""
    return any(
        id(operand) in depending and (slope is not None or callable(node._dx))
        for operand, slope in zip(node.operands, node.slopes, strict=True)
    )


def contributions(node: Value, gradient: Any, y: Value) -> list[Any]:
    """What the gradient of y in `node` adds to that in each operand of `node`; None for a constant."""
    if isinstance(node._row, OwnRule):
        return node._row.pulled_back(node, gradient, y)
    return [None if slope is None else product(gradient, slope) for slope in slopes_as_values(node)]


def slopes_as_values(node: Value) -> list[Any]:
    """The local slopes of a node, computed again as values by its row; None for a constant."""
    row = node._row
    if row is None:
        return []
    if isinstance(row, HandMade) or callable(node._dx):
        raise ValueError((row.refusal if isinstance(row, HandMade) else HandMade.refusal).format(row))
    operands = as_called(node)
    if tracer() is None and row.function(*map(data_of, operands)) != node._data == node._data:
        raise ValueError(
            f"the data of an operand of {row} changed after {row} was recorded (result {node._data} then, "
            "another now): compute the result again before asking for its gradients"
        )
    slopes: list[Any] = []
    for operand, slope in zip(operands, row.slopes, strict=True):
        if isinstance(operand, tuple):
            each = slope(node, *operands) if operand else ()
            slopes += [s if isinstance(o, Operand) else None for o, s in zip(operand, each, strict=True)]
        elif operand is not None:
            slopes.append(slope(node, *operands) if isinstance(operand, Operand) else None)
    for operand, now, recorded in zip(flat(operands), slopes, node.slopes, strict=True):
        if recorded is not None and data_of(float(now) if type(now) is int else now) != recorded == recorded:
            raise ValueError(
                f"the data of an operand of {row} changed after {row} was recorded (slope {recorded} then, "
                f"{now} now, in {operand!r}): compute the result again before asking for its gradients"
            )
    return slopes


def product(x: Any, y: Any) -> Any:
    """x * y, without a node for a factor of 1."""
    if type(x) is float and x == 1.0:
        return y
    return x if type(y) is float and y == 1.0 else x * y


# Nested arguments


def leaves(tree: Any) -> Iterator[Any]:
    """Everything in nested lists, tuples and dictionaries, in order.

    >>> list(leaves([1, (2, {"a": 3})]))
    [1, 2, 3]
    """
    if isinstance(tree, Iterator):
        given = type(tree).__name__
        raise TypeError(f"a derivative takes lists, tuples and dictionaries, got {given}: make a list of it")
    if isinstance(tree, dict):
        tree = tree.values()
    if isinstance(tree, Iterable) and not isinstance(tree, (str, bytes)):
        for branch in tree:
            yield from leaves(branch)
    else:
        yield tree


def rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    """The nesting of `tree` around other values; what is neither a tuple nor a dictionary becomes a list.

    >>> rebuilt([1, (2, {"a": 3})], iter("xyz"))
    ['x', ('y', {'a': 'z'})]
    """
    if isinstance(tree, dict):
        return {key: rebuilt(branch, values) for key, branch in tree.items()}
    if isinstance(tree, tuple):
        return tuple.__new__(type(tree), [rebuilt(branch, values) for branch in tree])  # a named one keeps its names
    if isinstance(tree, Iterable) and not isinstance(tree, (str, bytes)):
        return [rebuilt(branch, values) for branch in tree]
    return next(values)


class Call:
    """One call of a function, some of whose arguments are to be differentiated.

    These are given to the function as new values, so that a captured value which is also an argument
    is told from the argument.
    """

    def __init__(self, function: Function, arguments: Sequence[Any], named: dict[str, Any], numbers: Sequence[int]):
        for n in numbers:
            if not -len(arguments) <= n < len(arguments):
                raise ValueError(f"argument {n} is to be differentiated, but {len(arguments)} were given")
        self.given = arguments
        handed_on = list(arguments)
        self.inputs: dict[int, list[Value]] = {}
        self.values_given = False
        for n in {n % len(arguments): None for n in numbers}:
            given = list(leaves(arguments[n]))
            self.values_given |= any(isinstance(v, Value) for v in given)
            with recording():
                self.inputs[n] = [
                    pos(v) if isinstance(v, Value) else Value(number(v, "a derivative takes")) for v in given
                ]
            handed_on[n] = rebuilt(arguments[n], iter(self.inputs[n]))
        with recording():
            self.result = function(*handed_on, **named)
        for v in self.all_inputs():
            if v._row is None:
                v.spent = True

    def all_inputs(self) -> list[Value]:
        return [v for values in self.inputs.values() for v in values]

    def scalar(self) -> Value | float:
        """The result, which must be one value or number."""
        if isinstance(self.result, Value):
            return self.result
        return number(self.result, "a gradient is taken of one value; the function must return")

    def outputs(self) -> list[Value | float]:
        """Everything in the result, in order."""
        return [v if isinstance(v, Value) else number(v, "the function returns") for v in leaves(self.result)]

    def gradients_of(self, y: Value | float, argnums: int | Sequence[int]) -> Any:
        """The gradient of y in the nesting of the argument; of several arguments, a tuple."""
        with recording():
            found = iter(adjoints(y, self.all_inputs()))
        by_argument = {n: [next(found) for _ in values] for n, values in self.inputs.items()}
        several = [self.like_argument(n, by_argument[n % len(self.given)]) for n in as_tuple(argnums)]
        return tuple(several) if isinstance(argnums, Iterable) else several[0]

    def like_argument(self, n: int, values: Iterable[Any]) -> Any:
        return rebuilt(self.given[n], iter(values))

    def finished(self, tree: Any) -> Any:
        """`tree` with numbers for those values that depend on nothing but the numbers given."""
        own = {id(v) for v in self.all_inputs()}

        def settled(v: Any) -> Any:
            if not isinstance(v, Value):
                return Value(v) if self.values_given and tracer() is None else v
            if self.values_given or tracer() is not None or reaches_beyond(v, own):
                return v if mode().recording else v.detach()
            return data_of(v)

        return rebuilt(tree, map(settled, leaves(tree)))


def reaches_beyond(root: Value, own: set[int]) -> bool:
    """Whether `root` was made of a leaf that is not one of `own`."""
    seen = set(own)
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            if node._row is None and not node.spent:
                return True
            edges = zip(node.operands, node.slopes, strict=True)
            stack += [o for o, slope in edges if slope is not None or callable(node._dx)]
    return False


def as_tuple(argnums: int | Sequence[int]) -> tuple[int, ...]:
    """The places of the arguments to be differentiated.

    >>> as_tuple(1), as_tuple([0, -1])
    ((1,), (0, -1))
    """
    try:
        return tuple(map(index, argnums)) if isinstance(argnums, Iterable) else (index(argnums),)
    except TypeError:
        given = shown(argnums)
        raise TypeError(f"argnums is the place of an argument, or a tuple of places, got {given}") from None


def read_once(argnums: int | Sequence[int]) -> int | tuple[int, ...]:
    """`argnums` as it stays: a place, or a tuple of those that came from anywhere.

    >>> read_once(1), read_once(place for place in (0, 2))
    (1, (0, 2))
    """
    places = as_tuple(argnums)
    return places if isinstance(argnums, Iterable) else places[0]


def in_a_tuple(primals: Any) -> tuple[Any, ...]:
    """The arguments of a function, which `jvp` and `hvp` take in a tuple or list.

    >>> in_a_tuple([1.0, 2.0])
    (1.0, 2.0)
    """
    if not isinstance(primals, (tuple, list)):
        given = shown(primals)
        raise TypeError(f"primals are a tuple of arguments, got {given}; a single one is written (x,)")
    return tuple(primals)


# Many samples


def vmap(f: Function) -> Function:
    """The function that gives what f gives for each sample, where the arguments hold one for each of many.

    The first axis of every argument is taken apart; named arguments are handed on as they are. The results
    come as a list, and if f gives a tuple or a dictionary, as a tuple or a dictionary of lists. This is a
    loop; inside a function under `jit` it is the batch axis, and batches of any size run without tracing
    again, as long as what comes out is reduced by `autograd.sum`, `mean`, `max`, `min`, `prod` or
    `logsumexp`, or returned.

    >>> vmap(lambda x, y: x[0] * x[1] + y)([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0])
    [12.0, 32.0]
    """

    check_function("vmap", f, "vmap(f)(samples)")

    def mapped(*arguments: Any, **named: Any) -> Any:
        if not arguments:
            raise TypeError("a function under vmap takes lists of samples, got no argument")
        trace = tracer()
        return sample_by_sample(f, arguments, named) if trace is None else trace.mapped(f, arguments, named)

    return mapped


def sample_by_sample(f: Function, arguments: Sequence[Any], named: dict[str, Any]) -> Any:
    """The results of f for each sample, as `vmap` arranges them."""
    samples: list[list[Any]] = []
    for place, given in enumerate(arguments):
        if not isinstance(given, Iterable) or isinstance(given, (str, bytes, dict)):
            raise TypeError(f"vmap takes lists of samples, got {shown(given)} as argument {place}")
        samples.append(list(given))
        same_number_of_samples(("argument 0", len(samples[0])), (f"argument {place}", len(samples[place])))
    return side_by_side([f(*sample, **named) for sample in zip(*samples, strict=True)])


def same_number_of_samples(one: tuple[str, int], other: tuple[str, int]) -> None:
    """An error that names both arguments of a `vmap`, unless they are of one length.

    >>> same_number_of_samples(("X", 3), ("y", 2))
    Traceback (most recent call last):
    ValueError: vmap takes as many samples in each argument, got 3 in X and 2 in y
    """
    if one[1] != other[1]:
        raise ValueError(
            f"vmap takes as many samples in each argument, got {one[1]} in {one[0]} and {other[1]} in {other[0]}"
        )


def side_by_side(results: list[Any]) -> Any:
    """A list of results as it is; of tuples or dictionaries, a tuple or a dictionary of lists.

    >>> side_by_side([(1, "a"), (2, "b")])
    ([1, 2], ['a', 'b'])
    """
    if results and isinstance(results[0], (tuple, dict)):
        first = results[0]
        for result in results:
            if type(result) is not type(first) or len(result) != len(first) or not alike(first, result):
                raise ValueError(f"a function under vmap gives the same for each sample, got {first!r} and {result!r}")
        if isinstance(first, tuple):
            return tuple.__new__(type(first), [side_by_side(list(part)) for part in zip(*results, strict=True)])
        return dictionary_like(first, [side_by_side([result[key] for result in results]) for key in first])
    return results


def alike(first: Any, other: Any) -> bool:
    """Whether two tuples, or two dictionaries, have a part for each other's.

    >>> alike({"a": 1.0}, {"a": 2.0}), alike({"a": 1.0}, {"b": 1.0})
    (True, False)
    """
    return isinstance(first, tuple) or first.keys() == other.keys()


def dictionary_like(given: dict[Any, Any], parts: Iterable[Any]) -> dict[Any, Any]:
    """A dictionary of the same kind and keys as `given`, with other values.

    >>> dictionary_like({"a": 1.0}, [2.0])
    {'a': 2.0}
    """
    made = copy(given)  # an OrderedDict stays one, and a defaultdict keeps what it fills gaps with
    for key, part in zip(given, parts, strict=True):
        made[key] = part
    return made


# Derivatives


def value_and_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives (f(...), its gradient with respect to the arguments `argnums`).

    >>> value_and_grad(lambda x, w: w[0] * x + w[1], argnums=1)(3.0, [2.0, 1.0])
    (7.0, [3.0, 1.0])
    """
    check_function("value_and_grad", f, "value_and_grad(f)(x)")
    argnums = read_once(argnums)
    places = as_tuple(argnums)

    def value_and_gradient(*arguments: Any, **named: Any) -> tuple[Any, Any]:
        call = Call(f, arguments, named, places)
        y = call.scalar()
        value, gradient = call.finished((y, call.gradients_of(y, argnums)))
        return value, gradient

    return value_and_gradient


def grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives the gradient of f, which returns one value.

    >>> grad(lambda x: x ** 3.0)(2.0), grad(grad(lambda x: x ** 3.0))(2.0)
    (12.0, 12.0)
    """
    check_function("grad", f, "grad(f)(x)")
    both = value_and_grad(f, argnums)
    return lambda *arguments, **named: both(*arguments, **named)[1]


def jacobian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives, for each output of f, its gradient: outputs outside, arguments inside.

    >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    check_function("jacobian", f, "jacobian(f)(x)")
    argnums = read_once(argnums)
    places = as_tuple(argnums)

    def rows(*arguments: Any, **named: Any) -> Any:
        call = Call(f, arguments, named, places)
        per_output = [call.finished(call.gradients_of(y, argnums)) for y in call.outputs()]
        return rebuilt(call.result, iter(per_output))

    return rows


def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives the second derivatives of f, which returns one value.

    >>> hessian(lambda v: v[0] * v[0] * v[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    check_function("hessian", f, "hessian(f)(x)")
    argnums = read_once(argnums)
    return jacobian(grad(f, argnums), argnums)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """f(*primals), and the function that pulls a cotangent of that back to a tuple of one for each primal.

    >>> y, pull_back = vjp(lambda a, b: [a * b, a + b], 2.0, 3.0)
    >>> y, pull_back([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    check_function("vjp", f, "vjp(f, x)")
    call = Call(f, primals, {}, range(len(primals)))
    outputs = call.outputs()

    def pull_back(cotangent: Any) -> Any:
        given = matching(cotangent, outputs, "cotangent", "output")
        with recording():
            total = sum((product(c, y) for c, y in zip(given, outputs, strict=True)), 0.0)
        return call.finished(call.gradients_of(total, tuple(call.inputs)))

    return call.finished(rebuilt(call.result, iter(outputs))), pull_back


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """f(*primals), and how fast it grows when the primals move along the tangents.

    >>> jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 0.5))
    (6.0, 4.0)
    """
    check_function("jvp", f, "jvp(f, (x,), (tangent,))")
    primals = in_a_tuple(primals)
    call = Call(f, primals, {}, range(len(primals)))
    inputs = call.all_inputs()
    moved = dict(zip(map(id, inputs), matching(tangents, inputs, "tangent", "primal"), strict=True))
    outputs = call.outputs()
    with recording():
        push_forward(moved, topological_order(*(y for y in outputs if isinstance(y, Value))))
        growth = [on_its_own(moved.get(id(y), 0.0)) for y in outputs]
    return call.finished(rebuilt(call.result, iter(outputs))), call.finished(rebuilt(call.result, iter(growth)))


def push_forward(moved: dict[int, Any], order: Iterable[Value]) -> None:
    """Add to `moved`, which says how fast some values grow, how fast those grow that were made of them."""
    depending = set(moved)
    for node in order:
        if id(node) in moved or not grows_with(node, depending):
            continue
        if isinstance(node._row, OwnRule):
            moved[id(node)] = node._row.pushed_forward(node, moved)
            depending.add(id(node))
            continue
        steps = [
            product(moved[id(operand)], slope)
            for operand, slope in zip(node.operands, slopes_as_values(node), strict=True)
            if slope is not None and id(operand) in moved
        ]
        moved[id(node)] = sum(steps[1:], steps[0])
        depending.add(id(node))


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The Hessian of f times a vector: how fast the gradient grows along the tangents; f returns one value.

    Of several primals, a tuple.

    >>> hvp(lambda v: v[0] * v[0] * v[1], ([2.0, 3.0],), ([1.0, 0.0],))
    [6.0, 4.0]
    """
    check_function("hvp", f, "hvp(f, (x,), (tangent,))")
    primals = in_a_tuple(primals)
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(f, argnums), primals, tangents)[1]


def matching(tree: Any, values: Sequence[Value | float], given: str, wanted: str) -> list[Any]:
    """The leaves of `tree`, as numbers or values, one for each of `values`."""
    found = [v if isinstance(v, Value) else number(v, f"a {given} is") for v in leaves(tree)]
    if len(found) != len(values):
        raise ValueError(f"one {given} for each {wanted} is needed, got {len(found)} for {len(values)}")
    return found
