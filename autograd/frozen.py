"""`FrozenError`: a traced function asked a value for something that holds for this one call alone."""

from autograd.anomaly import place_of_the_user
from autograd.modes import tracer


class FrozenError(TypeError):
    """Raised while a function is traced to be compiled, where it asks a value for a number, or branches on one.

    >>> import autograd
    >>> autograd.jit(lambda x: x if x > 0.0 else -x)(2.0)
    Traceback (most recent call last):
    autograd.frozen.FrozenError: a comparison would be frozen into the compiled function ...
    """


def refuse_to_freeze(what: str, instead: str) -> None:
    """Raise the error, if this thread is tracing; it says what was asked for, where, and what to do instead."""
    if tracer() is not None:
        raise FrozenError(
            f"{what} would be frozen into the compiled function as it is in this call, at {place_of_the_user()}: "
            f'{instead}; what never changes may be passed as a static argument, jit(f, static=("name",))'
        )
