"""Tab at the prompt.

Layer: framework; a door from prompt_toolkit to ``phyware.completion``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from phyware.commandwords import leading_words
from phyware.options import GlobalOptions
from phyware.repl.opened import Opened
from phyware.repl.typed import Typed, quoted, typed
from phyware.reserved import RESERVED_WORDS


class LineCompleter(Completer):
    """Offer what can come next: commands, options, values, file names.

    :param opened: what the shell was opened with
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield the candidates for the word before the cursor; none if anything fails."""
        at = typed(document.text_before_cursor)
        if at is None:
            return
        values, files = ((), True) if at.is_file else self._values(at)
        found = [(value, True) for value in values]
        if files:
            found += _paths(at.prefix, complete_event)
        for text, finished in found:
            end = ' ' if finished and len(found) == 1 else ''
            shown = quoted(text, at.quote, finished=bool(end)) + end
            yield Completion(shown, start_position=at.start - len(document.text_before_cursor),
                             display=text)

    def _values(self, at: Typed) -> tuple[Sequence[str], bool]:
        from phyware.completion.answer import answer
        from phyware.completion.live import AppSource

        words = _with_defaults(at.words, self._opened.options)
        found = answer(AppSource(self._opened.quiet_app), words, at.prefix)
        values = [value for value in found.values if value.isprintable()]
        if not at.words:
            values += [word for word in RESERVED_WORDS if word.startswith(at.prefix)]
        return sorted(values), found.files


def _with_defaults(words: Sequence[str], options: GlobalOptions) -> list[str]:
    """Return the words with the options of the shell, before any option of the line.

    Sessions are those of the host that the line would talk to.
    """
    given = {
        '--url': options.url, '--api-key': options.api_key, '--ca-bundle': options.ca_bundle
    }
    more = [word for flag, value in given.items() if value for word in (flag, value)]
    command = leading_words(words)
    return [*command, *(more if command else ()), *words[len(command):]]


def _paths(prefix: str, event: CompleteEvent) -> list[tuple[str, bool]]:
    """Return paths that begin with ``prefix``, and whether each is complete."""
    found = []
    for item in PathCompleter(expanduser=True).get_completions(Document(prefix), event):
        path = prefix + item.text
        folder = os.path.isdir(os.path.expanduser(path))
        if path.isprintable():
            found.append((f'{path}/' if folder else path, not folder))
    return found
