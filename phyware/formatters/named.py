"""A formatter of another package, whose failures name it and not the command it writes for.

Layer: framework.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from phyware.blame import quoted_from
from phyware.text import clean


class NamedFormatter:
    """What cliff calls of a formatter: ``emit_list`` and ``emit_one``.

    What the command's own rows raise meanwhile is left to the command.

    :param formatter: the formatter itself
    :param name: what it is chosen by
    :param owner: the distribution that it comes from
    """

    def __init__(self, formatter: Any, name: str, owner: str) -> None:
        self._formatter = formatter
        self._label = f"the output format '{clean(name)}'"
        self._owner = owner

    def emit_list(
        self, column_names: Sequence[str], data: Iterable[Any], stdout: TextIO,
        parsed_args: argparse.Namespace,
    ) -> None:
        """Write many objects."""
        self._emit('emit_list', column_names, data, stdout, parsed_args)

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any], stdout: TextIO,
        parsed_args: argparse.Namespace,
    ) -> None:
        """Write one object."""
        self._emit('emit_one', column_names, data, stdout, parsed_args)

    def _emit(self, method: str, names: Sequence[str], data: Iterable[Any], *rest: object) -> None:
        rows = _Rows(data)
        try:
            with quoted_from(self._owner, self._label, exits=False):
                getattr(self._formatter, method)(names, rows.given(), *rest)
        except BaseException:
            if rows.failure is not None:
                raise rows.failure from None
            raise


class _Rows:
    """The command's rows, and what they raised."""

    def __init__(self, data: Iterable[Any]) -> None:
        self._data = data
        self.failure: BaseException | None = None

    def given(self) -> Iterable[Any]:
        # A list stays one, for a formatter that asks for its length.
        return self._data if isinstance(self._data, list | tuple) else self._each()

    def _each(self) -> Iterator[Any]:
        try:
            yield from self._data
        except GeneratorExit:
            raise
        except BaseException as error:
            self.failure = error
            raise
