"""Try the fast function of a command line.

Layer: framework; imports nothing but ``os`` and ``sys`` (performance.md, P5).
"""

import sys

from phyware.fast.index import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def run(argv: 'Sequence[str]', environ: 'Mapping[str, str]') -> 'tuple[int | None, str]':
    """Run the fast function of ``argv``.

    :param argv: the arguments of the process, the command's words first
    :returns: the exit status, or None where the command itself has to run; and
        the states of the index, none if it is not sound
    """
    states, target, words = find(environ, argv)
    if not target or sys.stdout is None:
        return None, states
    try:
        status = _loaded(target)(list(argv[words:]))
        # What it printed has to go out before it can be called a success.
        sys.stdout.flush()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - whatever it was, the command itself says it
        return None, states
    if not isinstance(status, int):
        return None, states
    # An IntEnum is a status as well, and pip's console script wants a plain one.
    # Of a larger number the system keeps the last byte, which may be 0.
    return (int(status) if 0 <= status <= 255 else 1), states


def _loaded(target: str) -> 'Callable[[list[str]], int | None]':
    module, _, name = target.partition(':')
    __import__(module)
    found: Callable[[list[str]], int | None] = getattr(sys.modules[module], name)
    return found
