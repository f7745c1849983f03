"""Sums over samples whose members form a grid: each of its rows meets each of its columns, as do outputs and weights.

The gradient of a layer's weights is a matrix of such sums of a product, g[i] * x[k].
"""

from dataclasses import dataclass

import numpy as np

from autograd.compiler.memory import LINE, lined_up
from autograd.compiler.program import UNIFORM, Array, Family, OverSamples, Piece, Ref, Term


@dataclass(eq=False)
class Grid:
    """A piece whose members are all products of one of `rows` and one of `columns`.

    places    the member of row i and column k
    in_place  whether the sums are where the members are, and need not be brought there
    sums      where the sums are in the uniform memory, row by row, `step` apart
    turned    where the columns are in the block, sample by sample: the same for all grids of one `key`
    """

    rows: Ref
    columns: Ref
    places: Array
    in_place: bool = False
    sums: int = 0
    step: int = 0
    turned: int = 0
    negative: bool = False

    @property
    def line(self) -> int:
        """Doubles to a sample of the columns, or a row of sums: rows of a power of two would crowd the cache."""
        line = lined_up(self.places.shape[1])
        return line + LINE if line % (8 * LINE) == 0 else line

    @property
    def key(self) -> tuple[Family, bytes]:
        """What the turned columns are made of."""
        return self.columns.family, self.columns.index.tobytes()


def as_grid(piece: Piece) -> Grid | None:
    """The grid that the members of a piece form, if they do."""
    assert isinstance(piece.body, OverSamples)
    if len(piece.body.terms) != 1:
        return None
    (term,) = piece.body.terms
    if term.factors[0].index.shape[1] != 1 or any(f.family.space == UNIFORM for f in term.factors):
        return None
    if len(term.factors) == 1:
        return None
    grid = crossed(term, piece.members)
    if grid is not None and grid.places.shape[0] > grid.places.shape[1]:
        return Grid(grid.columns, grid.rows, np.ascontiguousarray(grid.places.T), negative=term.negative)
    return grid


def crossed(term: Term, members: Array) -> Grid | None:
    """The grid of both factors of a term, if every one of the first meets every one of the second once."""
    first, second = (factor.index[:, 0] for factor in term.factors)
    rows, row = np.unique(first, return_inverse=True)
    columns, column = np.unique(second, return_inverse=True)
    if len(rows) * len(columns) != len(members):
        return None
    places = np.full((len(rows), len(columns)), -1)
    places[row.ravel(), column.ravel()] = members
    if (places < 0).any():
        return None
    return Grid(Ref(term.factors[0].family, rows), Ref(term.factors[1].family, columns), places, negative=term.negative)
