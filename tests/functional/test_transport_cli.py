"""What the installed command sends, and to whom, whatever it is told.

Layer: functional test.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.functional.cli import Result
from tests.functional.transport_host import KEY, Host, HostCase, document
from tests.functional.transport_server import OK, ScriptedServer, answering

STATUSES = (302, 303, 307, 308)


class RedirectTest(HostCase):
    """No redirect is followed, so nothing goes along with one."""

    def setUp(self) -> None:
        super().setUp()
        self.target = self.recorder(answering(OK))
        tls = ScriptedServer(answering(OK), self.authority().server_context())
        self.addCleanup(tls.close)
        self.tls = tls
        self.targets = (
            self.target.url, self.target.url.replace('127.0.0.1', 'localhost'), tls.url,
        )

    def redirecting(self, path: str) -> Iterator[tuple[str, Host]]:
        """Yield for each status and target the target and a host that redirects there."""
        for status in STATUSES:
            for target in self.targets:
                fields = {'Location': f'{target}/admin', 'Set_Cookie': 'a=b'}
                yield target, self.host({path: document({}, status, **fields)})

    def assert_not_followed(self, path: str, line: str, sent: str) -> None:
        hosts = list(self.redirecting(path))
        lines = [line.format(host=host.url) for _, host in hosts]
        for (target, host), result in zip(hosts, self.together(*lines), strict=True):
            with self.subTest(target):
                said = f'{host.url} redirects to {target}, and redirects are not followed'
                self.assertEqual(1, result.exit_code, result.stderr)
                self.assert_error(result, 'ERROR', said, 'If you trust that address, use it')
                self.assertEqual(1, host.sent().count(sent), host.sent())
        self.assertEqual((0, 0), (self.target.connections, self.tls.connections))

    def test_case_71_api(self) -> None:
        line = f'auth sessions list --host {{host}} --api-key {KEY}'
        self.assert_not_followed('/sessions', line, f'Bearer {KEY}')

    def test_case_71_token_endpoint(self) -> None:
        line = 'auth login --no-browser --host {host}'
        self.assert_not_followed('/token', line, 'device_code=canary-device')
        self.assertEqual('', self.stored_text())

    def test_case_70_71_within_the_origin_neither(self) -> None:
        host = self.host({'/sessions': document({}, 302, Location='/elsewhere')})

        result = self.auth('sessions', 'list', '--host', host.url, '--api-key', KEY, status=1)

        self.assert_error(result, 'ERROR', f'{host.url} redirects to {host.url}, and redirects')
        self.assertEqual('GET /sessions', host.paths()[-1].partition('?')[0])

    def test_case_74_into_an_origin_that_has_a_credential(self) -> None:
        good = self.host()
        self.log_in(good.url)
        asked = good.connections
        evil = self.host({'/': document({}, 302, Location=f'{good.url}/sessions')})
        lines = (
            f'auth login --no-browser --host {evil.url}',
            f'auth login --with-token --host {evil.url}',
            f'auth sessions list --host {evil.url} --api-key {KEY}',
        )

        for result in self.together(*lines):
            self.assert_error(result, 'ERROR', f'{evil.url} redirects to {good.url}')
        self.assertEqual(asked, good.connections)


class NetrcTest(HostCase):
    def setUp(self) -> None:
        super().setUp()
        netrc = self.home / '.netrc'
        netrc.write_text('default login intruder password from-netrc\n')
        netrc.chmod(0o600)
        self.environ['NETRC'] = str(netrc)

    def test_case_70_every_request_has_our_bearer_or_none(self) -> None:
        host = self.host()
        self.auth('login', '--no-browser', '--host', host.url)

        rest = ('status', 'refresh --force', 'sessions list', 'sessions revoke ses_1', 'logout')
        for line in rest:
            self.auth(*line.split())

        lines = [line for request in host.requests for line in request.decode().splitlines()]
        bearers = [line for line in lines if line.lower().startswith('authorization:')]
        self.assertEqual({'Authorization: Bearer canary-access'}, set(bearers))
        self.assertNotIn('intruder', host.sent())
        grants = [request for request in host.requests if request.startswith(b'POST ')]
        self.assertEqual(5, len(grants), host.paths())
        self.assertEqual([], [request for request in grants if b'Authorization' in request])

    def test_case_70_another_host_gets_nothing_either(self) -> None:
        other = self.host({'/': document({}, 404)})

        self.auth('login', '--with-token', '--host', other.url, status=3, stdin=KEY)

        self.assertNotIn('Authorization', other.sent())
        self.assertNotEqual([], other.requests)


class ProxyTest(HostCase):
    """A proxy that would answer everything, and is asked by nobody."""

    def setUp(self) -> None:
        super().setUp()
        self.proxy = self.recorder()
        url = f'http://user:canary-proxy@127.0.0.1:{self.proxy.port}'
        names = ('http_proxy', 'https_proxy', 'all_proxy')
        self.environ |= {name: url for low in names for name in (low, low.upper())}

    def test_case_75_loopback_is_never_proxied_on_any_hop(self) -> None:
        host = self.host()
        to_loopback = document({}, 302, Location=f'http://localhost:{host.port}/')
        redirecting = self.host({'/sessions': to_loopback})
        lines = [
            f'auth status --host {host.url} --api-key {KEY}',
            f'auth sessions list --host {host.url} --api-key {KEY}',
            f'auth sessions list --host {redirecting.url} --api-key {KEY}',
            f'auth login --no-browser --host {host.url}',
        ]

        results = self.together(*lines)

        self.assertEqual([0, 0, 1, 0], [result.exit_code for result in results], results)
        self.assertEqual(0, self.proxy.connections)

    def test_case_75_credentials_of_a_proxy_that_refuses_are_not_shown(self) -> None:
        lines = [
            f'auth sessions list --host https://cloud.invalid --api-key {KEY} -vvv --debug',
            'auth login --no-browser --host https://cloud.invalid -vvv --debug',
        ]

        for result in self.together(*lines, HTTPS_PROXY='', https_proxy=self._refusing()):
            message = 'could not connect to https://cloud.invalid: proxy: it refused the request'
            self.assert_error(result, 'CONNECTION', message)
            self.assertNotIn('canary-proxy', result.stderr)

    def _refusing(self) -> str:
        proxy = self.recorder(answering(document({'user': 'canary-proxy'}, 407)))
        return f'http://user:canary-proxy@127.0.0.1:{proxy.port}'

    def plain(self, *urls: str, **environ: str) -> list[Result]:
        """Return what a command says to each of these hosts."""
        lines = [f'auth sessions list --host {url} --api-key {KEY}' for url in urls]
        return self.together(*lines, **environ)

    def test_case_76_plain_http_is_refused_before_a_byte_is_sent(self) -> None:
        urls = (
            'http://cloud.invalid', 'http://192.0.2.1', 'http://localhost.evil', 'http://0.0.0.0',
            'http://[::]', 'http://x.localhost', 'http://127.0.0.1.nip.io',
        )  # fmt: skip
        for url, result in zip(urls, self.plain(*urls), strict=True):
            with self.subTest(url):
                self.assertEqual(4, result.exit_code, result.stderr)
                self.assertTrue(result.stderr.startswith('VALIDATION: '), result.stderr)
        self.assertEqual(0, self.proxy.connections)

    def test_case_76_it_takes_the_persons_word_each_time_and_warns(self) -> None:
        for value in ('0', 'true', ''):
            [refused] = self.plain('http://cloud.invalid', PHYWARE_ALLOW_INSECURE_HTTP=value)
            self.assertIn('PHYWARE_ALLOW_INSECURE_HTTP=1 if you trust', refused.stderr)
        self.assertEqual(0, self.proxy.connections)

        [allowed] = self.plain('http://cloud.invalid', PHYWARE_ALLOW_INSECURE_HTTP='1')

        self.assertIn('warning: http://cloud.invalid is used over plain http', allowed.stderr)
        self.assertTrue(self.proxy.requests[0].startswith(b'GET http://cloud.invalid/'))


class DifferentialTest(HostCase):
    """URLs that two parsers read differently."""

    def test_case_73_a_host_with_a_backslash_is_refused(self) -> None:
        good, evil = self.host(), self.host()
        urls = [
            f'http://127.0.0.1:{evil.port}{trick}127.0.0.1:{good.port}/'
            for trick in ('\\@', '\\\\@', '#@', '?@', '@', '%5c@', '\t@')
        ]
        for words in ('--host', '--url', ''):
            for url in urls:
                with self.subTest(url=url, words=words):
                    self.environ['PHYCLOUD_URL'] = url if not words else good.url
                    option = [f'{words}={url}'] if words else []
                    self.auth('status', *option, '--api-key', KEY, status=4)
        self.assertEqual((0, 0), (good.connections, evil.connections))

    def test_case_73_an_endpoint_with_a_backslash_is_refused(self) -> None:
        evil = self.recorder()
        trick = f'http://127.0.0.1:{evil.port}\\@127.0.0.1/token'
        host = self.host(token_endpoint=trick)

        result = self.auth('login', '--no-browser', '--host', host.url, status=4)

        self.assert_error(result, 'VALIDATION', f'the metadata of {host.url} has no usable token_e')
        self.assertEqual(0, evil.connections)
