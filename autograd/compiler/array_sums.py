"""The pieces of a program as array code: matrix products, products summed over samples, elementwise rows."""

from collections.abc import Iterable

import numpy as np

from autograd import primitives as rows
from autograd.compiler.array_names import Names
from autograd.compiler.array_places import crossing, same_rows
from autograd.compiler.array_tables import items_at, rows_at, sums_at
from autograd.compiler.array_text import Rows, Text, infix, literal, product, total
from autograd.compiler.program import UNIFORM, Array, Fold, Gather, Map, OverSamples, Ref, Scatter, Sum, Term
from autograd.primitives import ATOM, PRODUCT

#: The functions of NumPy that fold a row over an axis.
FOLDED = {rows.maximum: "max", rows.minimum: "min", rows.mul: "prod", rows.hypot: "hypot.reduce"}


class Pieces:
    """Writes what pieces compute; `names` says what the arrays are called, `rows` how rows are written."""

    def __init__(self, names: Names, table: Rows) -> None:
        self.names = names
        self.rows = table

    def text(self, body: Map | Sum | Fold | Gather) -> Text:
        """What the members of a piece are."""
        if isinstance(body, Map):
            return self.rows.expression(body.expression, [self.names.members(ref) for ref in body.operands])
        if isinstance(body, Fold):
            return self._fold(body)
        if isinstance(body, Gather):
            return self._gathered(body)
        terms = sorted(body.terms, key=lambda term: term.factors[0].index.shape[1] == 1 or len(term.factors) == 1)
        return total([(self._term(term), term.negative) for term in terms])

    def _fold(self, body: Fold) -> Text:
        operand, row = body.operand, body.row
        width = operand.index.shape[1]
        if width == 1 or row not in FOLDED:
            columns = [self.names.members(column(operand, k)) for k in range(width)]
            result = columns[0]
            for each in columns[1:]:
                result = self.rows.applied(row, [result, each])
            return result
        return self._along(f"np.{FOLDED[row]}", operand)

    def _along(self, function: str, operand: Ref) -> Text:
        """A function that makes one number of each row of places."""
        if same_rows(operand.index):
            text = self.names.vector(operand.family, operand.index[0])
            axis = ", axis=1, keepdims=True" if text.sampled else ""
            return Text(f"{function}({text.code}{axis})", ATOM, text.sampled)
        text = self.names.matrix(operand.family, operand.index)
        return Text(f"{function}({text.code}, axis={2 if text.sampled else 1})", ATOM, text.sampled, len(operand.index))

    # Tables

    def _gathered(self, body: Gather) -> Text:
        """Rows of one table, each at an index; or each member out of a table of its own."""
        family, items = body.first.family, np.arange(body.length) * body.stride
        members, found = len(body.index.index), crossing(body.index.index[:, None], body.first.index[:, None])
        if family.space == UNIFORM and found is not None and np.array_equal(found[2].ravel(), np.arange(members)):
            index = self.names.vector(body.index.family, found[0][:, 0])
            table = self.names.look_up(family, found[1][:, 0] + items[:, None])
            shaped = f".reshape({'-1, ' if index.sampled else ''}{members})" if found[2].shape[1] > 1 else ""
            code = f"{self.rows.helper(rows_at)}({table.code}, {index.code}){shaped}"
            return Text(code, ATOM, index.sampled, members)
        index = self.names.vector(body.index.family, body.index.index)
        tables = self.names.matrix(family, body.first.index[:, None] + items)
        code = f"{self.rows.helper(items_at)}({tables.code}, {index.code})"
        return Text(code, ATOM, index.sampled or tables.sampled, members)

    def scattered(self, body: Scatter) -> Text:
        """What was added to the items of the tables, one table after the other."""
        count = int(body.tables.max()) + 1
        found = crossing(body.index.index[:, None], body.tables[:, None])
        if found is None:
            index, values = (self.names.vector(ref.family, ref.index).code for ref in (body.index, body.values))
            values = f"{values}[:, :, None] * np.eye({count})[{self.names.table('places', body.tables)}]"
        else:
            index = self.names.vector(body.index.family, found[0][:, 0]).code
            values = self.names.vector(body.values.family, body.values.index[found[2].ravel()]).code
            values = f"{values}.reshape(-1, {found[2].shape[0]}, {found[2].shape[1]})"
        code = f"{self.rows.helper(sums_at)}({index}, {values}, {body.length}).T.ravel()"
        return Text(code, ATOM, width=count * body.length)

    # Terms of a sum

    def _term(self, term: Term) -> Text:
        width = term.factors[0].index.shape[1]
        if width == 1:
            return self._product([column(factor, 0) for factor in term.factors])
        if len(term.factors) == 1:
            return self._along("np.sum", term.factors[0])
        first, second = term.factors
        if second.family.space != first.family.space:
            exchanged = second.family.space == UNIFORM
        else:
            exchanged = same_rows(first.index) and not same_rows(second.index)
        weights, x = (second, first) if exchanged else (first, second)
        return self._dot(weights, x) or self._elementwise(weights, x)

    def _product(self, factors: list[Ref]) -> Text:
        """A product for each member; of one number for each sample and a row of weights, a matrix product."""
        texts = [self.names.members(factor, "b" if len(factors) == 1 else "w") for factor in factors]
        if len(factors) == 2:
            for x, weights in (0, 1), (1, 0):
                row = self.names.row(factors[weights])
                if row is not None and texts[x].sampled and texts[x].width == 1:
                    return Text(f"{texts[x].at(PRODUCT)} @ {row}", PRODUCT, True, texts[weights].width)
        return multiplied(texts)

    def _elementwise(self, first: Ref, second: Ref) -> Text:
        a, b = (self.names.matrix(ref.family, ref.index) for ref in (first, second))
        both = infix("*", PRODUCT, a, b)
        return Text(f"np.sum({both.code}, axis=-1)", ATOM, both.sampled, len(first.index))

    def _dot(self, weights: Ref, x: Ref) -> Text | None:
        """A matrix product of what differs among the members; None where the members are not made like that.

        The weights are uniform, or x is of the same space.
        """
        names, members = self.names, len(x.index)
        if same_rows(weights.index) and same_rows(x.index):
            return self._dot_of_vectors(weights, x)
        if same_rows(x.index):
            if weights.family.space != UNIFORM:
                return None
            vector, matrix = names.vector(x.family, x.index[0]), names.matrix(weights.family, weights.index)
            if vector.sampled:
                return Text(f"{vector.at(PRODUCT)} @ {turned(matrix)}", PRODUCT, True, members)
            return Text(f"{matrix.at(PRODUCT)} @ {vector.at(ATOM)}", PRODUCT, False, members)
        if same_rows(weights.index):
            matrix, vector = names.matrix(x.family, x.index), names.vector(weights.family, weights.index[0])
            return Text(f"{matrix.at(PRODUCT)} @ {vector.at(ATOM)}", PRODUCT, True, members)
        found = crossing(weights.index, x.index)
        return None if found is None else self._product_of_matrices(weights, x, found)

    def _product_of_matrices(self, first: Ref, second: Ref, found: tuple[Array, Array, Array]) -> Text:
        """Each of several rows times each of several columns, and then brought into the order of the members."""
        rows_of_places, columns, members = found
        a, b = self.names.matrix(first.family, rows_of_places), self.names.matrix(second.family, columns)
        if np.array_equal(members.T.ravel(), np.arange(members.size)):
            a, b, members = b, a, members.T
        sampled = a.sampled or b.sampled
        code = f"({a.at(PRODUCT)} @ {turned(b)}).reshape({'-1, ' if sampled else ''}{members.size})"
        if not np.array_equal(members.ravel(), np.arange(members.size)):
            order = self.names.table("places", np.argsort(members.ravel()))
            code = f"{code}[:, {order}]" if sampled else f"{code}[{order}]"
        return Text(code, ATOM, sampled, members.size)

    def _dot_of_vectors(self, first: Ref, second: Ref) -> Text:
        names, place = self.names, first.index[:1]
        x = names.vector(second.family, second.index[0])
        if not x.sampled:
            weights = names.vector(first.family, first.index[0])
            return Text(f"{weights.at(PRODUCT)} @ {x.at(ATOM)}", PRODUCT)
        if first.family.space == second.family.space:
            both = infix("*", PRODUCT, names.vector(first.family, first.index[0]), x)
            return Text(f"np.sum({both.code}, axis=1, keepdims=True)", ATOM, True)
        matrix = turned(names.matrix(first.family, place))
        if matrix.removesuffix(".T").isidentifier():
            return Text(f"{x.at(PRODUCT)} @ {matrix}", PRODUCT, True)
        vector = names.vector(first.family, first.index[0])
        return Text(f"({x.at(PRODUCT)} @ {vector.at(ATOM)})[:, None]", ATOM, True)

    # Sums over samples

    def over_samples(self, body: OverSamples, members: Array) -> tuple[Text, Array]:
        """The sums, and the members in the shape in which they come out."""
        grids = [grid_of(term, body.section) for term in body.terms] if len(members) > 1 else [None]
        if grids[0] is not None:
            places = grids[0][2]
            found = [grid for grid in grids if grid is not None and np.array_equal(grid[2], places)]
            if len(found) == len(grids):
                pairs = zip(body.terms, found, strict=True)
                return total([(self._outer(term, grid), term.negative) for term, grid in pairs]), members[places]
        return total([(self._summed(term, body.section), term.negative) for term in body.terms]), members

    def _outer(self, term: Term, found: tuple[Array, Array, Array]) -> Text:
        several = found[0], found[1]
        if term.factors[0].index.shape[1] == 1:
            pairs = zip(term.factors, several, strict=True)
            a, b = (self.names.vector(factor.family, places[:, 0]) for factor, places in pairs)
            return Text(f"{a.at(ATOM)}.T @ {b.at(ATOM)}", PRODUCT)
        a, b = (self.names.matrix(f.family, places) for f, places in zip(term.factors, several, strict=True))
        return Text(f'np.einsum("nik,njk->ij", {a.code}, {b.code})')

    def _summed(self, term: Term, section: int) -> Text:
        width = term.factors[0].index.shape[1]
        if width == 1:
            each = multiplied(self.names.members(column(factor, 0)) for factor in term.factors)
            axis = "" if each.width == 1 else ", axis=0"
        else:
            each = multiplied(self.names.matrix(factor.family, factor.index) for factor in term.factors)
            axis = ", axis=(0, 2)"
        if each.sampled:
            return Text(f"np.sum({each.code}{axis})", ATOM, width=len(term.factors[0].index) if axis else 1)
        if width > 1:
            each = Text(f"np.sum({each.code}, axis=-1)", width=len(term.factors[0].index))
        return product(Text(f"len({self.names.columns(section)})"), each)


def grid_of(term: Term, section: int) -> tuple[Array, Array, Array] | None:
    """The rows and columns of a grid of products, and the members in it; None if they are no grid."""
    if len(term.factors) < 2 or any(factor.family.space != section for factor in term.factors):
        return None
    return crossing(*(factor.index for factor in term.factors))


def column(ref: Ref, k: int) -> Ref:
    """A reference to the k-th number of each row of places."""
    return Ref(ref.family, ref.index[:, k])


def multiplied(texts: Iterable[Text]) -> Text:
    """The product of one or two factors."""
    result = literal(1.0)
    for text in texts:
        result = product(result, text)
    return result


def turned(matrix: Text) -> str:
    """The transposed matrix, or matrices."""
    sign = ".swapaxes(1, 2)" if matrix.sampled else ".T"
    return matrix.code.removesuffix(sign) if matrix.code.endswith(sign) else f"{matrix.at(ATOM)}{sign}"
