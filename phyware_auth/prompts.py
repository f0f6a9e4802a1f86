"""Ask a person on the terminal.

Layer: commands; never shows what is typed where it is secret.
"""

from __future__ import annotations

import getpass
import warnings

from phyware.context import Context
from phyware.errors import GenericError, Validation
from phyware.secret import Secret


def ask(context: Context, question: str, instead: str) -> str:
    """Return one line that the person types.

    :param instead: what to do where there is no terminal
    :raises Validation: there is no terminal, or nothing was typed
    """
    if not context.stdin.isatty():
        raise Validation(f'{question} cannot be asked: stdin is not a terminal', instead)
    context.stderr.write(f'{question}: ')
    context.stderr.flush()
    answer = context.stdin.readline().strip()
    if not answer:
        raise Validation(f'{question} was left empty', instead)
    return answer


def ask_hidden(context: Context, question: str) -> Secret:
    """Return a secret that the person types without seeing it.

    ``getpass`` falls back to a terminal that shows it, or to a pipe; here that
    is an error before anything is read (security case 87).

    :raises Validation: there is no terminal
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('error', getpass.GetPassWarning)
            answer = getpass.getpass(f'{question}: ')
    except (getpass.GetPassWarning, EOFError, OSError):
        raise Validation(
            f'{question} cannot be asked without a terminal',
            'Run it in a terminal, or log in with a token: --with-token',
        ) from None
    except UnicodeDecodeError:
        raise GenericError(f'{question} has characters the terminal cannot pass on') from None
    if not answer:
        raise Validation(f'{question} was left empty', 'Type it at the prompt')
    return Secret(answer)


def confirm(context: Context, question: str) -> bool:
    """Ask a yes-or-no question; anything but y or yes is no."""
    context.stderr.write(f'{question} [y/N] ')
    context.stderr.flush()
    return context.stdin.readline().strip().lower() in ('y', 'yes')
