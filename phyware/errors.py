"""The error tree: every failure a user can meet has a code and an exit status.

Layer: framework, no I/O.  Only ``phyware.app`` turns one of these into text.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class ExitStatus(IntEnum):
    """Process exit codes, the specification's table (EXIT CODES)."""

    OK = 0
    ERROR = 1
    AUTH = 2
    NOT_FOUND = 3
    VALIDATION = 4
    SERVER = 5
    INTERRUPTED = 130
    BROKEN_PIPE = 141


def is_failure(status: object) -> bool:
    """Tell whether a process that ends with ``status`` has failed, to whoever started it."""
    return isinstance(status, int) and 0 < status < 256


class PhywareError(Exception):
    """A failure with a stable code; subclasses fix the code and exit status.

    Of an exit status the system keeps one byte, hence 1 to 255.

    :param message: one sentence without the code; never contains a secret
    :param remediation: what the user can do next; the class default if None
    """

    code: str = 'ERROR'
    exit_code: ExitStatus = ExitStatus.ERROR
    default_message: str = 'The command failed'
    default_remediation: str = 'Run the command again with --debug for details'

    message: str
    remediation: str

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        status = cls.exit_code
        # A property is asked when there is an error.
        if not hasattr(status, '__get__') and not is_failure(status):
            raise TypeError(f'the exit_code of {cls.__name__} is no number from 1 to 255')

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        # Here and not in __init__: a plugin's subclass may not call that.
        error = super().__new__(cls, *args)
        error.message, error.remediation = cls.default_message, cls.default_remediation
        return error

    def __init__(self, message: str | None = None, remediation: str | None = None) -> None:
        self.message = self.default_message if message is None else message
        self.remediation = self.default_remediation if remediation is None else remediation
        super().__init__(self.message)

    def as_dict(self) -> dict[str, object]:
        """Return the members of the JSON error object (architecture.md)."""
        return {
            'code': self.code,
            'message': self.message,
            'remediation': self.remediation,
            'exit_code': int(self.exit_code),
        }


class GenericError(PhywareError):
    """Something local failed: a file, the output, the configuration."""


class WrongData(GenericError):
    """A command or a hook gave what is none of its answers.

    Raised where nobody knows whose it is; ``phyware.blame`` adds that.
    """

    default_remediation = 'Tell the author of the plugin'


class ConnectionFailed(PhywareError):
    """No answer, or none that can be used; trying again later may work."""

    code = 'CONNECTION'
    default_message = 'The host did not answer'
    default_remediation = 'Check the network and the URL, then try again'


class RateLimited(PhywareError):
    """HTTP 429 after every retry."""

    code = 'RATE_LIMITED'
    default_message = 'The host asks for fewer requests'
    default_remediation = 'Wait a minute, then try again'


class Unauthorized(PhywareError):
    """The server said no, or there is nothing to present to it."""

    code = 'UNAUTHORIZED'
    exit_code = ExitStatus.AUTH
    default_message = 'Invalid credentials'
    default_remediation = 'Re-run auth login'


class Expired(PhywareError):
    """The credential was good once."""

    code = 'EXPIRED'
    exit_code = ExitStatus.AUTH
    default_message = 'Token expired'
    default_remediation = 'Run auth refresh or re-login'


class Forbidden(PhywareError):
    """The credential is good but does not allow this (HTTP 403)."""

    code = 'FORBIDDEN'
    exit_code = ExitStatus.AUTH
    default_message = 'Not allowed with this credential'
    default_remediation = 'Log in again with the scope that is missing'


class NotFound(PhywareError):
    """HTTP 404 and 410, and names that are not known here."""

    code = 'NOT_FOUND'
    exit_code = ExitStatus.NOT_FOUND
    default_message = 'Not found'
    default_remediation = 'Check the name or the id'


class Validation(PhywareError):
    """The input cannot be right, whoever looks at it."""

    code = 'VALIDATION'
    exit_code = ExitStatus.VALIDATION
    default_message = 'Invalid input'
    default_remediation = 'See the command with --help'


class Conflict(Validation):
    """HTTP 409."""

    code = 'CONFLICT'
    default_message = 'The request conflicts with the present state'
    default_remediation = 'Read the present state, then try again'


class ServerFailed(PhywareError):
    """HTTP 5xx after every retry."""

    code = 'SERVER'
    exit_code = ExitStatus.SERVER
    default_message = 'The host failed to handle the request'
    default_remediation = 'Try again later; if it lasts, tell the operator of the host'
