"""The documentation builds, with its table of security cases.

Layer: functional test.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests.functional.cli import SECONDS

ROOT = Path(__file__).parents[2]


class DocsTest(unittest.TestCase):
    """A broken reference or table is an error, as for a reader it would be."""

    def test_the_pages_build_without_a_warning(self) -> None:
        output = Path(self.enterContext(tempfile.TemporaryDirectory()))
        command = [sys.executable, '-m', 'sphinx', '-W', '-q', '-b', 'html']
        command += ['-d', str(output / 'trees'), str(ROOT / 'doc' / 'source'), str(output / 'html')]
        built = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual((built.returncode, built.stderr), (0, ''))
        page = (output / 'html' / 'security.html').read_text()
        self.assertIn('fault menu', page)
        self.assertNotIn('security-cases::', page)
