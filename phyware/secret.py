"""A string that does not show itself.

Layer: framework, no I/O.
"""

from __future__ import annotations

from typing import NoReturn

# What is shown in place of a secret.
MASK = '***'


class Secret:
    """Hold a secret text; ``reveal()`` is the only way to it.

    ``repr``, ``str`` and ``format`` give ``***``; pickling and copying are
    refused, so that a secret cannot travel by accident (security case 65, rule
    17).  Neither comparing nor hashing raises or shows anything.
    """

    __slots__ = ('_value',)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Imported here, because few runs compare and each would pay for OpenSSL.
        from hmac import compare_digest

        return compare_digest(_bytes(self._value), _bytes(other._value))

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError('a Secret is not pickled or copied')

    def __getstate__(self) -> NoReturn:
        raise TypeError('a Secret has no state to give')


def _bytes(value: str) -> bytes:
    # Strictly encoded, half a surrogate pair raises an error that holds the text.
    return value.encode('utf-8', 'surrogatepass')
