"""The step in other people's frameworks, each as its manual writes it: PyTorch, JAX, CasADi."""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.compiled_work import LEARNING_RATE, Array, Contestant, NotMeasured, Outcome, Work

STEPS_IN_A_SCAN = 200


def load(name: str) -> Any:
    """A module of a framework; NotMeasured if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise NotMeasured(f"{name.partition('.')[0]} is not installed") from None


def with_torch(work: Work) -> Contestant:
    """PyTorch, eager."""
    return torch_contestant(work, lambda torch, loss: loss)


def with_torch_compiled(work: Work) -> Contestant:
    """PyTorch under torch.compile, forward and backward."""
    try:
        contestant = torch_contestant(work, lambda torch, loss: torch.compile(loss))
        contestant.step()
    except NotMeasured:
        raise
    except Exception as error:  # torch.compile fails in as many ways as there are machines
        raise NotMeasured(f"torch.compile does not work here: {type(error).__name__}") from None
    return contestant


def torch_contestant(work: Work, prepared: Callable[[Any, Callable[[], Any]], Callable[[], Any]]) -> Contestant:
    """The step in PyTorch; `prepared` may compile the loss."""
    torch = load("torch")
    torch.set_num_threads(1)
    parameters = [torch.tensor(p, requires_grad=True) for p in work.parameters()]
    X, targets = (torch.tensor(array) for array in work.samples())
    linear, activate = torch.nn.functional.linear, {"relu": torch.relu, "tanh": torch.tanh}[work.activation]

    def loss() -> Any:
        W1, b1, W2, b2, W3, b3 = parameters
        scores = linear(activate(linear(activate(linear(X, W1, b1)), W2, b2)), W3, b3)
        if work.loss == "cross_entropy":
            return torch.nn.functional.cross_entropy(scores, targets)
        return torch.relu(1.0 - targets * scores[:, 0]).mean() + work.decay * sum((p * p).sum() for p in parameters)

    ready = prepared(torch, loss)

    def step() -> Any:
        value = ready()
        for p in parameters:
            p.grad = None
        value.backward()
        return value

    return Contestant(step, lambda: Outcome(step().item(), [p.grad.numpy().copy() for p in parameters]))


def jax_loss(work: Work) -> tuple[Any, Callable[..., Any], list[Any], list[Any]]:
    """The module, the loss as JAX writes it, the parameters and the samples."""
    jax = load("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    activate: Any = {"relu": jax.nn.relu, "tanh": jnp.tanh}[work.activation]

    def loss(parameters: list[Any], X: Any, targets: Any) -> Any:
        W1, b1, W2, b2, W3, b3 = parameters
        scores = activate(activate(X @ W1.T + b1) @ W2.T + b2) @ W3.T + b3
        if work.loss == "cross_entropy":
            own = jnp.take_along_axis(scores, targets[:, None], axis=1)[:, 0]
            return (jax.nn.logsumexp(scores, axis=1) - own).mean()
        squares = sum((p * p).sum() for p in parameters)
        return jax.nn.relu(1.0 - targets * scores[:, 0]).mean() + work.decay * squares

    return jax, loss, [jnp.array(p) for p in work.parameters()], [jnp.array(array) for array in work.samples()]


def with_jax(work: Work) -> Contestant:
    """JAX: jit(value_and_grad(loss)), called from Python for each step."""
    jax, loss, parameters, samples = jax_loss(work)
    function = jax.jit(jax.value_and_grad(loss))

    def step() -> Any:
        return jax.block_until_ready(function(parameters, *samples))

    def outcome() -> Outcome:
        value, gradients = step()
        return Outcome(float(value), [np.asarray(g) for g in gradients])

    return Contestant(step, outcome)


def with_jax_scan(work: Work) -> Contestant:
    """JAX: steps of gradient descent inside `lax.scan`, one call for all of them."""
    jax, loss, parameters, samples = jax_loss(work)

    def body(now: list[Any], _: Any) -> tuple[list[Any], Any]:
        value, gradients = jax.value_and_grad(loss)(now, *samples)
        return [p - LEARNING_RATE * g for p, g in zip(now, gradients, strict=True)], value

    run = jax.jit(lambda first: jax.lax.scan(body, first, None, length=STEPS_IN_A_SCAN))

    def step() -> Any:
        return jax.block_until_ready(run(parameters))

    def outcome() -> Outcome:
        last, losses = step()
        moved = [np.asarray(p) - first for p, first in zip(last, work.parameters(), strict=True)]
        return Outcome(float(losses[0]), moved)

    return Contestant(step, outcome, steps=STEPS_IN_A_SCAN)


def with_casadi(work: Work) -> Contestant:
    """CasADi: matrix expressions, its own gradient, its virtual machine, arrays that are bound once.

    The C that it generates takes as long, within the noise.
    """
    casadi = load("casadi")
    X, targets = work.samples()
    parameters = [casadi.MX.sym(f"p{i}", *(*p.shape, 1)[:2]) for i, p in enumerate(work.parameters())]
    inputs = casadi.MX.sym("x", work.shape[0], work.batch)
    wanted = casadi.MX.sym("t", work.shape[-1], work.batch)
    loss = casadi_loss(casadi, work, parameters, inputs, wanted)
    gradients = [casadi.gradient(loss, p) for p in parameters]
    function = casadi.Function("step", [*parameters, inputs, wanted], [loss, *gradients])
    hot = targets[:, None] if work.loss == "hinge" else np.eye(work.shape[-1])[targets]
    given: list[Any] = [p.ravel(order="F").copy() for p in work.parameters()] + [X.ravel().copy(), hot.ravel().copy()]
    results: list[Any] = [np.zeros(1), *(np.zeros(p.size) for p in work.parameters())]
    buffer, evaluate = function.buffer()
    for i, array in enumerate(given):
        buffer.set_arg(i, memoryview(array))
    for i, array in enumerate(results):
        buffer.set_res(i, memoryview(array))

    def step(kept: tuple[Any, ...] = (function, buffer, given)) -> None:  # CasADi keeps no reference to these
        evaluate()

    def outcome() -> Outcome:
        step()
        shaped = zip(results[1:], work.parameters(), strict=True)
        return Outcome(float(results[0][0]), [g.reshape(p.shape, order="F").copy() for g, p in shaped])

    return Contestant(step, outcome)


def casadi_loss(casadi: Any, work: Work, parameters: list[Any], inputs: Any, wanted: Any) -> Array:
    """The loss as CasADi writes it, a sample in each column."""
    W1, b1, W2, b2, W3, b3 = parameters
    activate: Any = (lambda x: casadi.fmax(x, 0.0)) if work.activation == "relu" else casadi.tanh

    def layer(W: Any, b: Any, x: Any) -> Any:
        return casadi.mtimes(W, x) + casadi.repmat(b, 1, work.batch)

    scores = layer(W3, b3, activate(layer(W2, b2, activate(layer(W1, b1, inputs)))))
    if work.loss == "hinge":
        squares = sum(casadi.sumsqr(p) for p in parameters)
        return casadi.sum2(casadi.fmax(1.0 - wanted * scores, 0.0)) / work.batch + work.decay * squares
    largest = casadi.mmax(scores)
    totals = casadi.log(casadi.sum1(casadi.exp(scores - largest))) + largest
    return casadi.sum2(totals - casadi.sum1(wanted * scores)) / work.batch
