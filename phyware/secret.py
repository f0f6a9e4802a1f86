"""A string that does not show itself.

Layer: framework, no I/O.
"""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """Hold a secret text; ``reveal()`` is the only way to it.

    ``repr``, ``str`` and ``format`` give ``***``; pickling is refused, so that
    a secret cannot travel by accident (security case 65, rule 17).
    """

    __slots__ = ('_value',)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return '***'

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError('a Secret is not pickled')
