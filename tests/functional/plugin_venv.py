"""A virtual environment that sees the installed phyware and takes plugins.

Layer: test fixture.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from typing import Any

from tests.functional.cli import SECONDS, CliTestCase, Result

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / 'doc' / 'examples'


class PluginVenv(contextlib.AbstractContextManager['PluginVenv']):
    """An environment of its own: what is installed here, no other test sees."""

    def __enter__(self) -> PluginVenv:
        self._folder = tempfile.TemporaryDirectory(prefix='phyware-plugins-')
        self.path = Path(self._folder.name).resolve() / 'venv'
        venv.create(self.path, symlinks=True)
        self.python = str(self.path / 'bin' / 'python')
        self.site = Path(self._ask('purelib'))
        base = sysconfig.get_path('purelib')
        (self.site / 'base.pth').write_text(f'import site; site.addsitedir({base!r})\n')
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._folder.cleanup()

    def install(self, *words: str, cwd: Path | None = None) -> None:
        """Run ``pip install``; what phyware itself needs is there already."""
        command = [sys.executable, '-m', 'pip', '--python', self.python, 'install', '-q', *words]
        environ = {**os.environ, 'PIP_DISABLE_PIP_VERSION_CHECK': '1'}
        subprocess.run(command, cwd=cwd, env=environ, check=True, timeout=4 * SECONDS)

    def copy_of(self, example: str) -> Path:
        """Return a copy of one of the documentation's examples, outside the source tree."""
        target = self.path.parent / example
        ignored = shutil.ignore_patterns('build', '*.egg-info', '__pycache__')
        return Path(shutil.copytree(EXAMPLES / example, target, ignore=ignored))

    def add(self, name: str, source: str, groups: dict[str, dict[str, str]]) -> None:
        """Put a package of one module into the environment, without pip."""
        module = name.replace('-', '_')
        (self.site / f'{module}.py').write_text(source)
        info = self.site / f'{module}-1.0.dist-info'
        info.mkdir()
        (info / 'METADATA').write_text(f'Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n')
        lines = [
            line
            for group, members in groups.items()
            for line in (f'[{group}]', *(f'{k} = {module}:{v}' for k, v in members.items()))
        ]
        (info / 'entry_points.txt').write_text('\n'.join(lines) + '\n')

    def _ask(self, path: str) -> str:
        script = f'import sysconfig; print(sysconfig.get_path({path!r}))'
        found = subprocess.run([self.python, '-c', script], capture_output=True, text=True)
        return found.stdout.strip()


class PluginVenvCase(CliTestCase):
    """Runs phyware in an environment with plugins, away from the source tree."""

    venv: PluginVenv

    def python(self, *words: str, cwd: Path | None = None, stdin: str = '') -> Result:
        """Run the environment's interpreter."""
        done = subprocess.run(
            [self.venv.python, *words], env=self.environ, cwd=cwd or self.home, input=stdin,
            capture_output=True, text=True, timeout=SECONDS,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def phyware(self, *words: str, status: int = 0, stdin: str = '') -> Result:
        """Run ``phyware WORDS`` and check its exit status."""
        result = self.python('-P', '-m', 'phyware', *words, stdin=stdin)
        self.assertEqual(status, result.exit_code, f'{words}\n{result.stdout}\n{result.stderr}')
        return result

    def rows(self, *words: str, status: int = 0) -> Any:
        """Return the JSON that ``phyware WORDS`` writes."""
        return self.phyware(*words, '-o', 'json', status=status).json()
