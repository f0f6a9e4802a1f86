"""How an invocation ends: the only place where an exception becomes text and a status.

Layer: framework; used by ``phyware.app`` alone.
"""

from __future__ import annotations

import argparse
import json
import os
import traceback
from collections.abc import Sequence
from typing import TextIO

from cliff import help as cliff_help

from phyware.blame import CHECK_IO, PackageFailed, described, exit_text, io_failure
from phyware.context import Context
from phyware.errors import ExitStatus, GenericError, PhywareError, Validation, WrongData, is_failure
from phyware.options import debug_requested, requested_output
from phyware.parsing import HelpShown
from phyware.text import clean

# Long enough for every text of ours; a server's texts are cut before they get here.
_LIMIT = 2000
_BUG = 'This is a bug: run the command again with --debug and report what it prints'


class Outcome:
    """Turn what a command raised into an exit status, and say it on stderr.

    :param context: the streams, and the redactor that every text goes through
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.as_json = False
        self.debug = False
        self._debug_typed = False

    def expect(self, argv: Sequence[str], output: str | None) -> None:
        """Take from ``argv``, which is not parsed yet, how an error is to be told.

        :param output: the format where ``argv`` names none
        """
        self.as_json = (requested_output(argv) or output) == 'json'
        # What cannot be loaded parses no --debug that stands after it.
        self._debug_typed = debug_requested(argv)

    def status_of(self, error: BaseException) -> int:
        """Return the exit status for ``error``, having reported it; never raises.

        130 and 141 as in cliff; ``SystemExit`` keeps its own number.
        """
        if isinstance(error, HelpShown | cliff_help.HelpExit):
            return self._flushed(ExitStatus.OK)
        if isinstance(error, KeyboardInterrupt):
            self.write('Interrupted\n')
            return self._released(ExitStatus.INTERRUPTED)
        if isinstance(error, BrokenPipeError):
            return self._released(ExitStatus.BROKEN_PIPE)
        if isinstance(error, SystemExit):
            return self._status_of_exit(error)
        return self._released(self._report(error))

    def write(self, text: str) -> None:
        """Write on stderr, with what waits there; if that fails, nobody is left to be told.

        A stream that takes nothing is let go of: else the interpreter fails
        when it flushes at exit, and makes 120 of the status.
        """
        try:
            self._context.stderr.write(text)
            self._context.stderr.flush()
        except (OSError, ValueError):
            _abandon(self._context.stderr)

    def _status_of_exit(self, error: SystemExit) -> int:
        if error.code is None or isinstance(error.code, int):
            return self._flushed((error.code or 0) & 0xFF)
        return self._released(self._report(GenericError(exit_text(error) or None)))

    def _flushed(self, status: int) -> int:
        """Return ``status`` if the output went out, else how that ended."""
        try:
            self._context.stdout.flush()
        except (OSError, ValueError) as error:
            return self.status_of(error)
        return status

    def _released(self, status: int) -> int:
        """Return ``status``, having let go of a stdout that takes nothing any more.

        Else the interpreter fails once more when it flushes at exit.
        """
        try:
            self._context.stdout.flush()
        except (OSError, ValueError):
            _abandon(self._context.stdout)
        return status

    def _report(self, error: BaseException) -> int:
        if self.debug or (self._debug_typed and isinstance(error, PackageFailed)):
            self.write(self._traceback(error))
        known = _as_phyware_error(error)
        try:
            text, status = self._text(known), int(known.exit_code)
            if not is_failure(status):
                raise ValueError('a status that says nothing has failed')
        except Exception as failure:  # noqa: BLE001 - a plugin's error class may raise too
            known = GenericError(f'unexpected {described(failure, quote=False)}', _BUG)
            text, status = self._text(known), int(known.exit_code)
        self.write(text)
        return status

    def _traceback(self, error: BaseException) -> str:
        text = self._context.redactor.redact(''.join(traceback.format_exception(error)))
        return '\n'.join(clean(line, limit=None) for line in text.split('\n'))

    def _text(self, error: PhywareError) -> str:
        """Return two lines, or one JSON object (architecture.md), without secrets."""
        members = error.as_dict()
        for key in ('code', 'message', 'remediation'):
            members[key] = clean(self._context.redactor.redact(str(members[key])), limit=_LIMIT)
        if self.as_json:
            return json.dumps({'error': members}) + '\n'
        lines = [f'{members["code"]}: {members["message"]}', str(members['remediation'])]
        return ''.join(f'{line}\n' for line in lines if line)


def _abandon(stream: TextIO) -> None:
    """Let what waits in ``stream`` go nowhere."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, descriptor)
    os.close(devnull)


def _as_phyware_error(error: BaseException) -> PhywareError:
    if isinstance(error, PhywareError):
        return error
    if isinstance(error, argparse.ArgumentError | argparse.ArgumentTypeError):
        return Validation(clean(error))
    if isinstance(error, OSError):
        return GenericError(io_failure(error), CHECK_IO)
    return GenericError(f'unexpected {described(error, quote=False)}', _BUG)


def exit_status(result: object) -> int:
    """Return what a command returned as an exit status.

    Of a larger number the system keeps the last byte, which may be 0.

    :raises WrongData: it is no number
    """
    if not isinstance(result, int):
        raise WrongData(f'the command returned a {type(result).__name__}, not an exit status')
    return int(result) if 0 <= result <= 255 else ExitStatus.ERROR
