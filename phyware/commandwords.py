"""The words of a command line, between its options.

Layer: framework, pure.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence


def command_words(root: argparse.Namespace) -> list[str]:
    """Return what follows the options; argparse leaves a first ``--`` in it."""
    return list(itertools.dropwhile(lambda word: word == '--', root.words))


def leading_words(argv: Sequence[str]) -> list[str]:
    """Return the words before the first option."""
    return list(itertools.takewhile(lambda word: not word.startswith('-'), argv))


def with_help(words: list[str]) -> list[str]:
    """Return ``words`` asking for help, before any option or ``--`` could swallow it."""
    command = leading_words(words)
    return [*command, '--help', *words[len(command):]]
