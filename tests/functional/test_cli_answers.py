"""Whole logins on hosts that answer what no host should (security cases 46 to 62).

Layer: functional test.  The logins of a test run side by side, each in a home
of its own, since most of them pass their time waiting for the next poll.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.functional.cli import Result
from tests.functional.odd_host import (
    CODE,
    DENIED,
    PAGE,
    PENDING,
    TOKENS,
    Answer,
    OddHostsTestCase,
)

UNEXPECTED = 'the host gave an unexpected answer: '
NO_JSON = (b'', b'[]', b'"text"', b'null', b'5', b'[' * 200_000, b'\xff\xfe{\0', PAGE,
           b'{"device_code": "a", "device_code": "b"}')  # fmt: skip
ODD_URIS = (
    'file:///etc/passwd', 'javascript:alert(1)', '--flag', '\\\\unc\\share', 'x' * 65536,
    'https://x.example/\x1b]52;c;eHg=\x07', 'https://user:pw@x.example/', 'http://x.example/',
    ' https://x.example/', 'https://x.example/\u202egnp', 'https://x.example/$(id)', 'data:,x',
)  # fmt: skip


class AnswersTestCase(OddHostsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.hosts.asked.clear()

    def begin(self, name: str, *words: str, **answers: Any) -> subprocess.Popen[str]:
        """Start a login on a new host, in a home of its own."""
        url = self.hosts.add(name, **answers)
        self.environ['PHYWARE_CONFIG_DIR'] = str(self.home / name)
        return self.start('auth', 'login', '--host', url, '-o', 'json', *words)

    def stored_by(self, name: str) -> str:
        """Return all that the login on this host has left in its home."""
        files = [path for path in (self.home / name).rglob('*') if path.is_file()]
        return ''.join(path.read_text(errors='replace') for path in files)

    def refused(self, name: str, process: subprocess.Popen[str], code: str, status: int) -> Result:
        """Check that a login failed as it should: one error, nothing stored, no page shown."""
        result = self.finish(process)
        self.assertEqual((status, ''), (result.exit_code, result.stdout), result.stderr)
        self.assertEqual(code, result.error()['code'])
        self.assertNotIn('canary', result.stderr + self.stored_by(name))
        self.assertNotIn('http', self.stored_by(name))
        for word in ('Traceback', '<h1>', '\x1b', '\r', 'This is a bug'):
            self.assertNotIn(word, result.stderr)
        return result


class DeviceAnswersTest(AnswersTestCase):
    def test_case_54_a_device_answer_that_is_no_object(self) -> None:
        names = [f'device{number}' for number in range(len(NO_JSON))]
        begun = [self.begin(name, device=Answer(200, body))
                 for name, body in zip(names, NO_JSON, strict=True)]  # fmt: skip

        for name, process in zip(names, begun, strict=True):
            result = self.refused(name, process, 'CONNECTION', 1)
            self.assertIn('gave an unexpected answer (not a JSON object)', result.stderr)
            self.assertNotIn('Enter', result.stderr)

    def test_case_58_odd_pages_are_shown_escaped_and_never_opened(self) -> None:
        opened = self.home / 'opened'
        self.program('xdg-open', f'echo "$@" >> "{opened}"')
        self.environ['DISPLAY'] = ':99'
        begun = {}
        for number, uri in enumerate(ODD_URIS):
            name = f'page{number}'
            device = self.hosts.device(name, verification_uri=uri, verification_uri_complete=uri)
            begun[name] = self.begin(name, device=Answer(200, device), token=DENIED)

        for name, process in begun.items():
            result = self.refused(name, process, 'UNAUTHORIZED', 2)
            self.assertIn(f'Enter  {CODE}\n', result.stderr)
            self.assertLess(max(map(len, result.stderr.splitlines())), 2100)
            self.assertNotIn('was opened', result.stderr)
            self.assertIn(f'{name} token', self.hosts.asked)
        self.assertFalse(opened.exists())

    def test_case_59_60_a_page_elsewhere_is_warned_of_and_its_code_shown(self) -> None:
        opened = self.home / 'opened'
        self.program('xdg-open', f'echo "$@" >> "{opened}"')
        self.environ['DISPLAY'] = ':99'
        device = self.hosts.device('away', verification_uri='https://elsewhere.example/device')

        result = self.refused(
            'away', self.begin('away', device=Answer(200, device), token=DENIED), 'UNAUTHORIZED', 2
        )

        self.assertIn(f'warning: that page is not on {self.hosts.origin}/away', result.stderr)
        self.assertIn(f'Log in to {self.hosts.origin}/away\n', result.stderr)
        self.assertIn(f'Enter  {CODE}\n', result.stderr)
        self.assertIn('Only continue if you started this login yourself', result.stderr)
        self.assertFalse(opened.exists())

    def test_case_79_a_code_that_commands_the_terminal(self) -> None:
        code = '\x1b]52;c;eHg=\x07AB\r\nEnter  EVIL\u202e'
        device = self.hosts.device('code', user_code=code)

        result = self.refused(
            'code', self.begin('code', device=Answer(200, device), token=DENIED), 'UNAUTHORIZED', 2
        )

        shown = r'\x1b]52;c;eHg=\x07AB\r\nEnter  EVIL\u202e'
        self.assertIn(f'  2. Enter  {shown}\n', result.stderr)


class PollAnswersTest(AnswersTestCase):
    def test_case_46_lives_that_no_token_has(self) -> None:
        lives = ('"3600"', '-1', '0', '1e400', 'NaN', 'true', '9' * 5000, '"x"', '[]')
        begun = {}
        for number, life in enumerate(lives):
            body = json.dumps({**TOKENS, 'expires_in': 'LIFE'}).replace('"LIFE"', life).encode()
            begun[f'life{number}'] = self.begin(f'life{number}', token=Answer(200, body))

        results = {name: self.finish(process) for name, process in begun.items()}

        known = {'life0', 'life3', 'life6'}
        for name, result in results.items():
            self.assertEqual(0, result.exit_code, result.stderr)
            self.assertEqual(name in known, result.json()['expiry'] is not None, result.stdout)
            self.assertRegex(self.stored_by(name), 'access_token access-canary\n')
            self.assertNotRegex(self.stored_by(name), r'expiry (?!\d{1,12}\n)')

    def test_case_52_53_54_trouble_of_a_poll_passes(self) -> None:
        troubles = (
            Answer(404, PAGE), Answer(502, PAGE), Answer(200, PAGE), Answer(200, {}),
            Answer(200, b'[' * 200_000), Answer(429, b'', {'Retry-After': '1'}),
            Answer(503, b'', {'Retry-After': '-1'}), Answer(503, b'', {'Retry-After': 'junk'}),
        )  # fmt: skip
        begun = [self.begin(f'trouble{number}', token=[trouble, PENDING, Answer(200, TOKENS)])
                 for number, trouble in enumerate(troubles)]  # fmt: skip

        for number, process in enumerate(begun):
            result = self.finish(process)
            self.assertEqual(0, result.exit_code, (troubles[number], result.stderr))
            self.assertEqual(3, self.hosts.asked.count(f'trouble{number} token'))

    def test_case_52_trouble_for_ever_ends_with_the_code(self) -> None:
        answers = (Answer(404, PAGE), Answer(429, b'', {'Retry-After': '1000000000'}), PENDING)
        begun = {}
        for number, answer in enumerate(answers):
            device = self.hosts.device(f'ever{number}', expires_in=3)
            begun[f'ever{number}'] = self.begin(
                f'ever{number}', device=Answer(200, device), token=answer
            )

        for name, process in begun.items():
            self.refused(name, process, 'EXPIRED', 2)

    def test_case_49_55_refusals_end_it_at_once(self) -> None:
        weird = {'error': 'weird\x1b[2J', 'error_description': 'red \x1b[31m\r\n' + 'x' * 500}
        cases = {
            'denied': (DENIED, 'UNAUTHORIZED', 2, 'the login was denied on the page'),
            'over': (Answer(400, {'error': 'expired_token'}), 'EXPIRED', 2, 'is over'),
            'weird': (Answer(400, weird), 'ERROR', 1, r'weird\x1b[2J (red \x1b[31m\r\nxxx'),
            'client': (Answer(401, {'error': 'invalid_client'}), 'UNAUTHORIZED', 2, 'this client'),
            'moved': (Answer(302, PAGE, {'Location': 'https://x.example/?a'}), 'ERROR', 1,
                      'redirects to https://x.example'),
        }
        begun = {name: self.begin(name, token=case[0]) for name, case in cases.items()}

        for name, (_answer, code, status, message) in cases.items():
            error = self.refused(name, begun[name], code, status).error()
            self.assertIn(message, error['message'])
            self.assertLess(len(error['message']), 300)
            self.assertEqual(1, self.hosts.asked.count(f'{name} token'))

    def test_case_56_bad_successes_are_refused(self) -> None:
        changes: tuple[dict[str, Any], ...] = (
            {'token_type': 'mac'}, {'token_type': None}, {'access_token': None},
            {'access_token': ['canary']}, {'access_token': 'canary\nb'},
            {'access_token': 'canary' * 20_000}, {'refresh_token': {'a': 'canary'}},
        )  # fmt: skip
        begun = {f'bad{number}': self.begin(f'bad{number}', token=Answer(200, {**TOKENS, **change}))
                 for number, change in enumerate(changes)}  # fmt: skip

        for name, process in begun.items():
            error = self.refused(name, process, 'CONNECTION', 1).error()
            self.assertTrue(error['message'].startswith(UNEXPECTED), error)


class DiscoveryAnswersTest(AnswersTestCase):
    def test_case_62_lies_are_refused_before_anything_is_sent(self) -> None:
        lies = (
            {'issuer': 'https://elsewhere.example'}, {'issuer': self.hosts.origin},
            {'token_endpoint': 'https://elsewhere.example/token'},
            {'token_endpoint': 'http://elsewhere.example/token'},
            {'device_authorization_endpoint': self.hosts.origin.replace('127.0.0.1', 'localhost')},
            {'userinfo_endpoint': 'https://user@127.0.0.1/'},
        )  # fmt: skip
        begun = {}
        for number, lie in enumerate(lies):
            name = f'lie{number}'
            document = self.hosts.document(name, **lie)
            begun[name] = self.begin(name, metadata=Answer(200, document))

        for name, process in begun.items():
            self.refused(name, process, 'VALIDATION', 4)
        self.assertEqual([], self.hosts.asked)

    def test_case_62_a_split_host_is_allowed_by_name(self) -> None:
        elsewhere = self.hosts.origin.replace('127.0.0.1', 'localhost')
        document = self.hosts.document('split', token_endpoint=f'{elsewhere}/split/token')

        process = self.begin('split', '--trust-origin', elsewhere, metadata=Answer(200, document))

        result = self.finish(process)
        self.assertEqual(0, result.exit_code, result.stderr)

    def test_case_52_54_one_document_is_enough(self) -> None:
        others = (Answer(401, PAGE), Answer(500, PAGE), Answer(200, PAGE))
        begun = []
        for number, other in enumerate(others):
            for first in (True, False):
                name = f'pair{number}{first}'
                document = Answer(200, {**self.hosts.document(name), 'scopes_supported': None})
                pair = (document, other) if first else (other, document)
                begun.append(self.begin(name, metadata=pair[0], openid=pair[1]))

        for process in begun:
            result = self.finish(process)
            self.assertEqual(0, result.exit_code, result.stderr)
            self.assertNotIn('<h1>', result.stderr)

    def test_case_54_no_document_at_all(self) -> None:
        cases = {
            'nowhere': (Answer(404), 'NOT_FOUND', 3), 'list': (Answer(200, []), 'CONNECTION', 1),
            'deep': (Answer(200, b'{"a":' * 100_000), 'CONNECTION', 1),
            'down': (Answer(500, PAGE), 'SERVER', 5), 'guarded': (Answer(401), 'NOT_FOUND', 3),
        }
        begun = {name: self.begin(name, metadata=case[0], openid=case[0])
                 for name, case in cases.items()}  # fmt: skip

        for name, (_answer, code, status) in cases.items():
            self.refused(name, begun[name], code, status)
