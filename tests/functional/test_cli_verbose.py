"""``-v``, ``-vv``, ``-vvv``: what a person sees of the requests and of the credential.

Layer: functional test.
"""

from __future__ import annotations

import re

from tests.functional.cli import LoggedInTestCase

KEY = 'phk_canary0123456789'


class VerboseTest(LoggedInTestCase):
    """The answer on stdout stays as it is; stderr tells more."""

    def said(self, *words: str, status: int = 0) -> list[str]:
        """Return the lines on stderr, numbers of milliseconds made one."""
        result = self.auth(*words, status=status)
        self.assertNotIn(self.access, result.stderr)
        self.assertNotIn('Bearer', result.stderr)
        return re.sub(r'\b\d+ ms', 'N ms', result.stderr).splitlines()

    def test_once_says_each_request_and_where_the_login_is_stored(self) -> None:
        lines = self.said('sessions', 'list', '--limit', '1', '-v')

        self.assertEqual([
            f'INFO: the login to {self.url} is stored in: file',
            f'INFO: GET {self.url}/api/v1/instance 200, N ms',
            f'INFO: GET {self.url}/api/v1/sessions 200, N ms',
        ], lines)

    def test_twice_says_more_of_phyware_and_nothing_of_libraries(self) -> None:
        lines = self.said('-vv', 'status')

        self.assertIn("DEBUG: the command 'auth status' of the package phyware", lines)
        self.assertIn(f'INFO: GET {self.url}/oauth/userinfo 200, N ms', lines)
        self.assertRegex('\n'.join(lines), 'DEBUG: with a token; [0-9]+ bytes of application/json')
        self.assertFalse([line for line in lines if 'HTTP/1.1' in line])

    def test_three_times_and_debug_say_what_libraries_say(self) -> None:
        for words in (['-vvv'], ['--debug']):
            with self.subTest(words):
                self.assertIn('HTTP/1.1', '\n'.join(self.said('status', *words)))

    def test_fast_commands_say_it_as_well(self) -> None:
        plain, loud = self.auth('token'), self.auth('token', '-v')

        self.assertEqual((plain.stdout, ''), (loud.stdout, plain.stderr))
        self.assertEqual(f'INFO: the login to {self.url} is stored in: file\n', loud.stderr)

    def test_case_63_of_a_key_it_says_where_it_is_from(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': self.url}

        lines = self.said('status', '-v', status=2)

        self.assertEqual('INFO: the API key is that of PHYCLOUD_API_KEY', lines[0])
        self.assertIn('401, N ms', '\n'.join(lines))
        self.assertNotIn(KEY, '\n'.join(lines))
