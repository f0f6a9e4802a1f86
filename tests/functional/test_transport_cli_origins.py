"""Which origins beside its host a credential may go to: those that a person has named.

Layer: functional test.
"""

from __future__ import annotations

from tests.functional.transport_host import KEY, HostCase


class TrustedOriginTest(HostCase):
    """An endpoint on a second origin is used if a person has named that origin."""

    def setUp(self) -> None:
        super().setUp()
        self.second = self.host()
        base = self.second.url
        self.first = self.host(
            userinfo_endpoint=f'{base}/userinfo', phycloud_sessions_endpoint=f'{base}/sessions',
        )

    def test_case_62_72_it_is_refused_with_its_remedy(self) -> None:
        result = self.auth(
            'login', '--with-token', '--host', self.first.url, status=4, stdin=KEY
        )

        self.assertIn('on another origin', result.stderr)
        self.assertIn('If you trust that origin', result.stderr)
        self.assertIn('--trust-origin', result.stderr)
        self.assertEqual(0, self.second.connections)

    def test_case_72_sessions_of_a_trusted_origin_are_listed_and_revoked(self) -> None:
        self.log_in(self.first.url, '--trust-origin', self.second.url)

        listed = self.auth('sessions', 'list', '-o', 'json').json()
        self.auth('sessions', 'revoke', 'ses_1')

        self.assertEqual(['ses_1'], [row['id'] for row in listed])
        self.assertEqual(
            ['GET /userinfo', 'GET /sessions?limit=1000', 'DELETE /sessions/ses_1'],
            self.second.paths(),
        )
        self.assertEqual(3, self.second.sent().count(f'Authorization: Bearer {KEY}'))
        self.assertNotIn(KEY, self.first.sent())

    def test_case_72_an_api_key_has_trusted_nobody(self) -> None:
        line = f'auth sessions list --host {self.first.url} --api-key {KEY}'

        [result] = self.together(line)

        self.assertEqual(4, result.exit_code)
        self.assertIn('--trust-origin', result.stderr)
        self.assertEqual(0, self.second.connections)


PLUGIN = '''
from phyware.command import Command

class Call(Command):
    """Call what the first argument says"""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('target')
        parser.add_argument('header', nargs='?')
        return parser

    def take_action(self, parsed_args):
        headers = {parsed_args.header: 'x'} if parsed_args.header else None
        print(self.cloud.get(parsed_args.target, headers=headers).status)
'''


class PluginTest(HostCase):
    """A plugin's command, which never sees a token and can't send it elsewhere."""

    def setUp(self) -> None:
        super().setUp()
        site = self.home / 'site'
        metadata = site / 'acme-1.0.dist-info'
        metadata.mkdir(parents=True)
        site.joinpath('acme.py').write_text(PLUGIN)
        metadata.joinpath('entry_points.txt').write_text('[phyware.commands]\ncall = acme:Call\n')
        metadata.joinpath('METADATA').write_text('Metadata-Version: 2.1\nName: acme\nVersion: 1\n')
        self.good, self.evil = self.host(), self.host()
        self.environ |= {'PYTHONPATH': str(site), 'PHYCLOUD_URL': self.good.url}
        self.environ['PHYCLOUD_API_KEY'] = KEY

    def test_case_72_it_reaches_its_host_and_no_other(self) -> None:
        evil = f'127.0.0.1:{self.evil.port}'
        targets = (
            f'http://{evil}/userinfo', f'//{evil}/x', f'http:{evil}/x', f'\\\\{evil}/x',
            f'http://{evil}\\@127.0.0.1:{self.good.port}/', f'{self.good.url}@{evil}/',
            f'http://localhost:{self.good.port}/x', f'https://127.0.0.1:{self.good.port}/x',
        )
        results = self.together(*(f'call {target}' for target in targets))

        for target, result in zip(targets, results, strict=True):
            with self.subTest(target):
                self.assertEqual(4, result.exit_code, result.stderr)
        self.assertEqual((0, 0), (self.evil.connections, self.good.connections))
        self.assertEqual('200\n', self.run_cli('call', f'{self.good.url}/userinfo').stdout)
        self.assertIn(f'Bearer {KEY}', self.good.sent())

    def test_case_71_it_cannot_set_what_would_go_along(self) -> None:
        names = ('Authorization', 'Cookie', 'host', 'Proxy-Authorization', 'Transfer-Encoding')
        results = self.together(*(f'call /userinfo {name}' for name in names))

        self.assertEqual([4] * len(names), [result.exit_code for result in results], results)
        self.assertEqual(0, self.good.connections)
