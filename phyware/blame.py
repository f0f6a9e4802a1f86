"""Whose fault it is: failures of foreign code, told with the name of its package.

Layer: framework, no I/O.  Whatever a plugin raises harms itself only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from phyware.errors import GenericError, PhywareError, WrongData
from phyware.parsing import HelpShown
from phyware.text import clean

CORE_DISTRIBUTION = 'phyware'
# What input() says (CPython, Python/bltinmodule.c).
_NO_INPUT = 'EOFError: EOF when reading a line'
_GIVE_INPUT = 'Run it on a terminal, or give it on stdin what it asks for'
CHECK_IO = 'Check the file, the disk and the stream'


class PackageFailed(GenericError):
    """A package is not what it should be.

    :param owner: the distribution to blame
    :param remediation: what it says itself of mending; ``repair`` of it if None
    """

    def __init__(self, owner: str, message: str, remediation: str | None = None) -> None:
        super().__init__(message, remediation or repair(owner))


def repair(owner: str) -> str:
    """Return how to mend what the distribution ``owner`` has broken."""
    if owner == CORE_DISTRIBUTION:
        return 'Mend what it names, or reinstall phyware'
    return f'Upgrade or uninstall {owner}, and tell its authors'


def own_advice(error: BaseException, owner: str = '', package: str = '') -> str | None:
    """Return what an error says of mending; None where it says what any would.

    :param owner: the distribution that was being imported, if it was
    :param package: the top-level name of its module
    """
    if isinstance(error, ModuleNotFoundError) and error.name and owner:
        missing = str(error.name).partition('.')[0]
        if missing == package:
            return None
        return f'Install what has the Python module {clean(missing)}, or reinstall {owner}'
    if not isinstance(error, PhywareError):
        return None
    useless = error.remediation == PhywareError.default_remediation
    return None if useless else str(error.remediation)


class Withheld(Exception):
    """Stands for an exception, and what caused it, where a traceback is shown (case 65).

    It has the place where that was raised, and its type, but not its text.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__(f'{clean(type(error).__name__)}, whose text may hold a credential')
        self.__traceback__ = error.__traceback__


@contextmanager
def blamed_on(owner: str, what: str, *, quote: bool = True) -> Iterator[None]:
    """Turn whatever foreign code raises in the block into an error that names it.

    What core itself raises passes: that is a bug, and ``phyware.outcome`` says so.

    :param owner: the distribution, as ``distribution_of`` gives it
    :param what: the part of it that runs, for the message
    :param quote: False where the text of an error may hold a credential
    :raises PackageFailed: it raised something that is not phyware's own
    """
    try:
        yield
    except (PhywareError, HelpShown, KeyboardInterrupt, BrokenPipeError):
        raise
    except BaseException as error:
        if owner == CORE_DISTRIBUTION:
            raise
        raise PackageFailed(
            owner, f'{what} of the package {owner} failed: {described(error, quote=quote)}',
            None if quote else f'{repair(owner)}; --debug shows where',
        ) from (error if quote else Withheld(error))


@contextmanager
def quoted_from(
    owner: str, what: str, *, quote: bool = True, exits: bool = True
) -> Iterator[None]:
    """Turn an error that foreign code runs into, into one that quotes it.

    Commands of plain cliff tell people what is wrong by whatever they raise.
    What core raises, a number that ends a process and a closed pipe pass.

    :param owner: the distribution, as ``distribution_of`` gives it
    :param what: the part of it that runs, for the remediation
    :param quote: False where the text of an error may hold a credential
    :param exits: False where a number must not end the process either
    :raises GenericError: it raised something that is not phyware's own
    """
    try:
        yield
    except BaseException as error:
        if owner == CORE_DISTRIBUTION or _passes(error, exits=exits):
            raise
        source = f'comes from {what} of the package {owner}'
        raise _quoted(error, source, quote=quote) from (error if quote else Withheld(error))


def _passes(error: BaseException, *, exits: bool) -> bool:
    if isinstance(error, SystemExit):
        return exits and (error.code is None or isinstance(error.code, int))
    if isinstance(error, WrongData):
        return False
    return isinstance(error, PhywareError | HelpShown | KeyboardInterrupt | BrokenPipeError)


def _quoted(error: BaseException, source: str, *, quote: bool) -> GenericError:
    known = f'It {source}: see more with --debug, report it there'
    if isinstance(error, WrongData):
        return GenericError(error.message, known)
    if described(error) == _NO_INPUT:
        return GenericError('it asks for input, and there is none', f'{_GIVE_INPUT}; it {source}')
    if isinstance(error, OSError) and error.strerror:
        return GenericError(io_failure(error), f'{CHECK_IO}; it {source}')
    return GenericError(exit_text(error, quote=quote) or described(error, quote=quote), known)


def io_failure(error: OSError) -> str:
    """Return what failed, with the name of the file if there is one."""
    name = f': {clean(error.filename)}' if isinstance(error.filename, str) else ''
    return f'input or output failed: {error.strerror or type(error).__name__}{name}'


def exit_text(error: BaseException, *, quote: bool = True) -> str:
    """Return what Python would print of ``sys.exit('reason')``; empty of all else."""
    if not isinstance(error, SystemExit) or isinstance(error.code, int):
        return ''
    return described(error, quote=quote).partition(': ')[2]


def described(error: BaseException, *, quote: bool = True) -> str:
    """Return type and text of an error of foreign code, on one line; never raises.

    :param quote: False for the type only
    """
    name = clean(type(error).__name__)
    try:
        text = clean(error) if quote else ''
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - so may the text of what it raised
        text = ''
    return f'{name}: {text}' if text else name
