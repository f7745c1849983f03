"""The numbers of a page, each of them once: with every digit, and as short as boxes have them."""


class Numbers:
    """Numbers as texts, referred to by their place.

    >>> numbers = Numbers()
    >>> [numbers.place(number) for number in (2.0, 1 / 3, 2.0, None)]
    [0, 1, 0, -1]
    >>> numbers.exact, numbers.short
    (['2.0', '0.3333333333333333'], ['2', '0.3333'])
    """

    def __init__(self) -> None:
        self.exact: list[str] = []
        self.short: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, number: float | None) -> int:
        """Where a number is; UNKNOWN for one that is not known."""
        if number is None:
            return UNKNOWN
        place = self._places.setdefault(repr(number), len(self.exact))
        if place == len(self.exact):
            self.exact.append(repr(number))
            self.short.append(shortened(number))
        return place


UNKNOWN = -1  # the place of a number that only a rule made by hand knows


def shortened(number: float | None) -> str:
    """A number with four digits; a question mark if it is not known.

    >>> shortened(-1e-5), shortened(None)
    ('-1e-05', '?')
    """
    return "?" if number is None else f"{number:.4g}"


def factor(number: float | None) -> str:
    """A number as the second factor of a product.

    >>> factor(-3.0), factor(0.5)
    ('(-3)', '0.5')
    """
    text = shortened(number)
    return f"({text})" if text.startswith("-") else text
