"""Layers for images: `Conv2d`, `MaxPool2d`, and `Flatten` and `Unflatten` between images and rows.

An image is a list of channels, a channel a list of rows, a row a list of numbers, as in PyTorch. Without a batch:
a layer takes one image.
"""

import math
import random
from itertools import chain
from typing import Any

from autograd.primitives import Primitive
from autograd.primitives import max as largest
from autograd.value import Value, record_dot
from nn.checks import is_sequence, shown, whole_number
from nn.init import Initialiser, drawer
from nn.layers import activation_row, as_list, name_parameters, parameter_names
from nn.module import Module

Image = list[list[list[Any]]]


class Conv2d(Module):
    """A neuron that looks at every square of `kernel_size` pixels in turn, for each of `out_channels`.

    An image of `in_channels` x H x W gives one of `out_channels` x H' x W', where H' = (H + 2 * padding - kernel_size)
    // stride + 1. It is PyTorch's `Conv2d` (a cross-correlation: the kernel is not turned round) under an activation.

    padding     rows and columns of zeros around each channel
    activation, init, rng   those of `Neuron`

    >>> layer = Conv2d(1, 2, 3, rng=random.Random(1337))
    >>> image = [[[float(row * column) for column in range(5)] for row in range(4)]]
    >>> result = layer(image)
    >>> len(result), len(result[0]), len(result[0][0]), len(layer.parameters())
    (2, 2, 3, 20)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        activation: Primitive | str | None = "relu",
        init: Initialiser | str = "he_uniform",
        rng: random.Random | None = None,
    ) -> None:
        self.in_channels = whole_number("in_channels", in_channels, least=1)
        out_channels = whole_number("out_channels", out_channels, least=1)
        self.kernel_size = whole_number("kernel_size", kernel_size, least=1)
        self.stride = whole_number("stride", stride, least=1)
        self.padding = whole_number("padding", padding, least=0)
        self.activation = activation_row(activation)
        area = self.kernel_size**2
        draw = drawer(init, self.in_channels * area, out_channels * area, rng)
        self.w = [[Value(draw()) for _ in range(self.in_channels * area)] for _ in range(out_channels)]
        self.b = [Value(0.0) for _ in range(out_channels)]
        for k, (w, b) in enumerate(zip(self.w, self.b, strict=True)):
            name_parameters((*w, b), parameter_names(len(w)), f"channels.{k}")

    def __call__(self, image: Any) -> Image:
        """The image that the neurons see; a kernel's weights are in the order channel, row, column."""
        channels = [padded(channel, self.padding) for channel in checked_image(image, self.in_channels)]
        squares = [
            [[x for channel in channels for x in square(channel, corner, self.kernel_size)] for corner in row]
            for row in corners(channels[0], self.kernel_size, self.stride)
        ]
        return [[[self.neuron(w, x, b) for x in row] for row in squares] for w, b in zip(self.w, self.b, strict=True)]

    def neuron(self, w: list[Value], x: list[Any], b: Value) -> Any:
        """What one neuron makes of one square of all channels."""
        total = record_dot(w, x, b)
        return total if self.activation is None else self.activation(total)

    def __repr__(self) -> str:
        sizes = f"{self.in_channels}, {len(self.w)}, {self.kernel_size}"
        return f"Conv2d({sizes}, stride={self.stride}, padding={self.padding})"


class MaxPool2d(Module):
    """The largest of every square of `kernel_size` pixels, channel by channel; squares lie side by side.

    stride  how far apart squares begin, if they are not to lie side by side

    >>> MaxPool2d(2)([[[1.0, 2.0, 3.0, 0.0], [4.0, 0.0, 1.0, 1.0]]])
    [[[4.0, 3.0]]]
    """

    def __init__(self, kernel_size: int, *, stride: int | None = None) -> None:
        self.kernel_size = whole_number("kernel_size", kernel_size, least=1)
        self.stride = whole_number("stride", self.kernel_size if stride is None else stride, least=1)

    def __call__(self, image: Any) -> Image:
        """The image of maxima."""
        size = self.kernel_size
        return [
            [[largest(square(channel, corner, size)) for corner in row] for row in corners(channel, size, self.stride)]
            for channel in checked_image(image)
        ]

    def __repr__(self) -> str:
        return f"MaxPool2d({self.kernel_size}, stride={self.stride})"


class Flatten(Module):
    """All numbers of an image, or of other nested lists, in one list.

    >>> Flatten()([[[1.0, 2.0]], [[3.0, 4.0]]])
    [1.0, 2.0, 3.0, 4.0]
    """

    def __call__(self, nested: Any) -> list[Any]:
        """The numbers, the last index running fastest."""
        flat = as_level(nested)
        while any(map(is_sequence, flat)):
            flat = list(chain.from_iterable(map(as_level, flat)))
        return as_list(flat, "Flatten")


class Unflatten(Module):
    """A row of numbers as nested lists of the given sizes, such as an image of channels x height x width.

    >>> Unflatten(1, 2, 2)([1.0, 2.0, 3.0, 4.0])
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    def __init__(self, *sizes: int) -> None:
        if not sizes:
            raise ValueError("Unflatten takes at least one size, as in Unflatten(1, 28, 28), got none")
        self.sizes = tuple(whole_number("a size", size, least=1) for size in sizes)

    def __call__(self, row: Any) -> Any:
        """The nested lists, filled with the last index running fastest."""
        nested = as_list(row, "Unflatten")
        if len(nested) != math.prod(self.sizes):
            sizes = " x ".join(map(str, self.sizes))
            raise ValueError(f"Unflatten makes {sizes} of a row of {math.prod(self.sizes)}, got {len(nested)} numbers")
        for size in self.sizes[:0:-1]:
            nested = [nested[start : start + size] for start in range(0, len(nested), size)]
        return nested

    def __repr__(self) -> str:
        return f"Unflatten({', '.join(map(str, self.sizes))})"


def as_level(nested: Any) -> list[Any]:
    """One level of nested lists as a list.

    >>> as_level(3.0)
    Traceback (most recent call last):
    TypeError: nested lists of one depth were expected, got float: 3.0
    """
    if not is_sequence(nested):
        raise TypeError(f"nested lists of one depth were expected, got {shown(nested)}")
    return list(nested)


def checked_image(image: Any, channels: int | None = None) -> Image:
    """An image as lists, if it is channels of rows of one length, and as many as are expected.

    >>> checked_image([[1.0, 2.0]])
    Traceback (most recent call last):
    TypeError: an image is a list of channels, each a list of rows of numbers; got list: [[1.0, 2.0]]...
    """
    channels_given = list(image) if is_sequence(image) else [image]
    nested = [list(channel) if is_sequence(channel) else [channel] for channel in channels_given]
    if not all(is_sequence(row) for channel in nested for row in channel):
        raise TypeError(
            f"an image is a list of channels, each a list of rows of numbers; got {shown(image)}; "
            "a single channel is written [channel]"
        )
    lists = [[as_list(row, "a row of an image") for row in channel] for channel in nested]
    widths = {len(row) for channel in lists for row in channel}
    if len(widths) != 1 or len({len(channel) for channel in lists}) != 1:
        raise ValueError(f"the channels of an image are of one height, and its rows of one width; got {shown(image)}")
    if channels is not None and len(lists) != channels:
        raise ValueError(f"this layer takes an image of {channels} channels, got {len(lists)}")
    return lists


def padded(channel: list[list[Any]], padding: int) -> list[list[Any]]:
    """A channel with rows and columns of zeros around it.

    >>> padded([[5.0]], 1)
    [[0.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 0.0]]
    """
    sides = [0.0] * padding
    above = [[0.0] * (len(channel[0]) + 2 * padding) for _ in range(padding)]
    return [*above, *([*sides, *row, *sides] for row in channel), *above]


def corners(channel: list[list[Any]], size: int, stride: int) -> list[list[tuple[int, int]]]:
    """Row and column of the first pixel of each square that fits into a channel, as rows of squares.

    >>> corners([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], size=2, stride=1)
    [[(0, 0), (0, 1)]]
    """
    height, width = len(channel), len(channel[0])
    if size > min(height, width):
        raise ValueError(f"squares of {size} x {size} do not fit into an image of {height} x {width}")
    lefts = range(0, width - size + 1, stride)
    return [[(top, left) for left in lefts] for top in range(0, height - size + 1, stride)]


def square(channel: list[list[Any]], corner: tuple[int, int], size: int) -> list[Any]:
    """The numbers of a square of a channel, row by row.

    >>> square([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], (0, 1), 2)
    [2.0, 3.0, 5.0, 6.0]
    """
    top, left = corner
    return [x for row in channel[top : top + size] for x in row[left : left + size]]
