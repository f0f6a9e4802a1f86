"""What a shell was opened with; the application comes when a line needs it.

Layer: framework.  Importing cliff takes longer than a person should wait for
the first prompt (P6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from phyware.context import Context
from phyware.kept import Kept
from phyware.options import GlobalOptions
from phyware.session import Session

if TYPE_CHECKING:
    from phyware.app import PhywareApp


@dataclass(frozen=True)
class Opened:
    """The shell's surroundings.

    :param context: streams, environment, clock, paths
    :param options: the global options that hold for every line
    :param make_app: makes, or gives, the application that opened the shell
    """

    context: Context
    options: GlobalOptions
    make_app: Callable[[], PhywareApp]

    @cached_property
    def app(self) -> PhywareApp:
        """The application that opened the shell."""
        return self.make_app()

    @cached_property
    def quiet_app(self) -> PhywareApp:
        """An application that nobody hears, for what happens while a line is typed."""
        return self.app.for_line(self.quiet_context)

    @cached_property
    def line_context(self) -> Context:
        """The context of a line, which keeps what the next one can use again (P6)."""
        return self.context.replaced(kept=Kept())

    @cached_property
    def quiet_context(self) -> Context:
        """The context of a line, with streams of its own."""
        return self.line_context.muted()

    @cached_property
    def session(self) -> Session:
        """Which host is talked to, saying nothing about it."""
        return Session(self.quiet_context, self.options, lambda text: None)

    def say(self, text: str) -> None:
        """Write a line on stderr, for the person."""
        self.context.stderr.write(f'{text}\n')
        self.context.stderr.flush()


def opened_by(app: PhywareApp) -> Opened:
    """Return what the command ``shell`` of an application opens."""
    return Opened(app.context, app.global_options, lambda: app)
