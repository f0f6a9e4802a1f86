"""Ask a person on the terminal.

Layer: commands; never shows what is typed where it is secret.
"""

from __future__ import annotations

import getpass
import warnings

from phyware.context import Context
from phyware.errors import Validation
from phyware.secret import Secret


def is_terminal(context: Context) -> bool:
    """Tell whether a person can type on stdin; a closed stdin is nobody."""
    try:
        return context.stdin.isatty()
    except ValueError:
        return False


def ask(context: Context, question: str, instead: str) -> str:
    """Return one line that the person types.

    :param instead: what to do where there is no terminal
    :raises Validation: there is no terminal, or nothing was typed
    """
    if not is_terminal(context):
        raise Validation(f'{question} cannot be asked: stdin is not a terminal', instead)
    answer = _line(context, f'{question}: ')
    if not answer:
        raise Validation(f'{question} was left empty', instead)
    return answer


def ask_hidden(context: Context, question: str) -> Secret:
    """Return a secret that the person types without seeing it.

    ``getpass`` falls back to a terminal that shows it, or to a pipe; here that
    is an error before anything is read (security case 87).

    :raises Validation: there is no terminal, or nothing was typed
    """
    answer = _typed(question)
    if not answer:
        raise Validation(f'{question} was left empty', 'Type it at the prompt')
    return Secret(answer)


def confirm(context: Context, question: str) -> bool:
    """Ask a yes-or-no question; anything but y or yes is no."""
    return _line(context, f'{question} [y/N] ').lower() in ('y', 'yes')


def _line(context: Context, prompt: str) -> str:
    """Return what is typed, nothing for what is no text."""
    context.stderr.write(prompt)
    context.stderr.flush()
    try:
        return context.stdin.readline().strip()
    except UnicodeDecodeError:
        return ''


def _typed(question: str) -> str:
    error: Validation
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('error', getpass.GetPassWarning)
            return getpass.getpass(f'{question}: ')
    except (getpass.GetPassWarning, EOFError, OSError):
        error = Validation(
            f'{question} cannot be asked without a terminal',
            'Run it in a terminal, or log in with a token: --with-token',
        )
    except UnicodeDecodeError:
        error = Validation(
            f'{question} has characters that are no text', 'Check LC_ALL and the terminal'
        )
    # Raised out here, since what was decoded is in the library's exception (case 65).
    raise error
