"""Types of argparse values that more than one command takes.

Layer: framework, pure.
"""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """Return a whole number from 1 to 999,999,999.

    :raises argparse.ArgumentTypeError: ``text`` is none
    """
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError('it must be a whole number above 0')
    return int(text)
