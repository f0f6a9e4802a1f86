"""The installed commands' catalog, and a person who knows what its examples stand for.

Layer: test fixture; imports nothing of the product.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import jsonschema  # type: ignore[import-untyped]
import referencing

from tests.functional.cli import PHYWARE, SECONDS, CloudTestCase, Result, direct

FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks('date-time', raises=ValueError)  # type: ignore[untyped-decorator]
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return 'T' in value and datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks('uri', raises=ValueError)  # type: ignore[untyped-decorator]
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


@functools.cache
def printed(*words: str) -> str:
    """Return what a command prints in an empty home, run once for all tests."""
    with tempfile.TemporaryDirectory(prefix='phyware-cli-') as home:
        environ = {'PATH': os.environ['PATH'], 'HOME': home, 'LC_ALL': 'C.UTF-8'}
        for name in ('PYTHONPATH', 'COVERAGE_PROCESS_START', 'COVERAGE_PROCESS_CONFIG'):
            if name in os.environ:
                environ[name] = os.environ[name]
        done = subprocess.run(
            [PHYWARE, *words], env=environ, cwd=home, capture_output=True, text=True,
            timeout=SECONDS, check=True, stdin=subprocess.DEVNULL,
        )
    return done.stdout


def catalog() -> dict[str, Any]:
    """Return the catalog of what is installed."""
    return dict(json.loads(printed('commands', 'catalog', '-o', 'json')))


def entry(name: str) -> dict[str, Any]:
    """Return the entry of ``phyware NAME``."""
    [found] = [one for one in catalog()['commands'] if one['name'] == f'phyware {name}']
    return dict(found)


def validate(value: Any, schema: dict[str, Any]) -> None:
    """Check ``value``, formats of times and URLs too.

    :raises jsonschema.ValidationError: it does not follow ``schema``
    """
    published = json.loads(printed('commands', 'catalog', '--schema'))
    resource = referencing.Resource.from_contents(published)
    registry = referencing.Registry().with_resource(published['$id'], resource)
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    kind(schema, registry=registry, format_checker=FORMATS).validate(value)


class ExampleCase(CloudTestCase):
    """Runs the command lines of the catalog's examples, by sh.

    What only exists on a reader's host is written in examples by these names, and
    stands for the devcloud's here; all else is run as it is written:
    ``https://cloud.phyware.io`` the host, ``https://staging.phyware.io`` another
    one, ``me@example.org`` the person, ``usr_abc123`` a user's id, ``ses_abc123``
    the id of a session, ``$PAT`` a personal access token.  A device login is
    approved by the devcloud, a password typed when it is asked for.
    """

    _template: ClassVar[Path | None] = None

    def setUp(self) -> None:
        super().setUp()
        self.environ['PATH'] = f'{Path(PHYWARE).parent}:{self.environ["PATH"]}'
        self.environ['PAT'] = str(self.cloud.pat)

    def log_in(self, ending: bool = False) -> None:
        """Log in to both hosts, the first one being active.

        :param ending: the login will be ended or renewed, so it has to be a new one
        """
        cls = type(self)
        shutil.rmtree(self.config, ignore_errors=True)
        if cls._template is not None and not ending:
            shutil.copytree(cls._template, self.config)
            return
        self.login_pat(self.other_url)
        self.login()
        if not ending:
            kept = cls.enterClassContext(tempfile.TemporaryDirectory(prefix='phyware-cli-'))
            cls._template = Path(shutil.copytree(self.config, Path(kept, 'config')))

    def resolved(self, line: str) -> str:
        """Return an example with the devcloud's values for the names in it."""
        values = {
            'https://cloud.phyware.io': lambda: self.url,
            'https://staging.phyware.io': lambda: self.other_url,
            'me@example.org': lambda: str(self.cloud.email),
            'usr_abc123': lambda: str(self.cloud.user_id),
            'ses_abc123': self.session_of_other,
        }
        pattern = '|'.join(map(re.escape, values))
        return re.sub(pattern, lambda match: values[match[0]](), line)

    def session_of_other(self) -> str:
        """Return the id of a new session, which may be revoked."""
        headers = {'Authorization': f'Bearer {self.token_of_other()}'}
        answer = direct().get(f'{self.url}/oauth/userinfo', headers=headers, timeout=SECONDS)
        return str(answer.json()['sid'])

    def run_line(self, line: str) -> Result:
        """Run a command line of an example; it has to end well."""
        process = subprocess.Popen(
            ['sh', '-c', line], env=self.environ, cwd=self.home, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(process.kill)
        stdout, stderr = process.communicate(timeout=SECONDS)
        self.assertEqual(0, process.returncode, f'{line}\n{stdout}\n{stderr}')
        return Result(process.returncode, stdout, stderr)
