"""phyware_auth.instances: a stored credential goes to the server it is for (security case 78)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import requests

import phyware_auth
from phyware.auth import Credential
from phyware.errors import ConnectionFailed
from phyware.secret import Secret
from phyware_auth.guarded import Guarded
from phyware_auth.instances import AnotherServer, GuardedTransport
from phyware_auth.provider import StoredProvider
from phyware_auth.service import AuthService
from phyware_auth.service.status import StatusService
from phyware_auth.store.record import HostRecord, dumps, loads
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.authcase import SUCCESS, AuthCase, full_record, text_of

HOST = 'http://127.0.0.1:8000'
INSTANCE = f'{HOST}/api/v1/instance'
TOKEN = f'{HOST}/oauth/token'
ACCESS = Secret('access-1')
REFRESH = Secret('refresh-1')


class InstanceCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.serve(TOKEN, {}, method='POST')
        self.serve(TOKEN, {}, method='GET')

    def tells(self, *answers: Any) -> Any:
        """Let the host give these answers when it is asked for its id."""
        return self.serve(INSTANCE, *answers, method='GET')

    def guarded(self, host: str = HOST, instance_id: str | None = 'ins_1') -> HostRecord:
        """Store a login, and read it as a command does."""
        record = full_record(host, instance_id=instance_id, token_endpoint=TOKEN)
        CredentialStore(self.context).save_login(record)
        return self.stored(host)

    def post(self, token: Secret = REFRESH, url: str = TOKEN) -> None:
        self.transport.post_form(url, {'token': token})

    def assert_kept_back(self, reason: str) -> None:
        """Check that neither token leaves in any way, and what is said about it."""
        for send in (self.post, lambda: self.transport.get(TOKEN, bearer=ACCESS)):
            with self.assertRaises(AnotherServer) as caught:
                send()
            self.assertIn(reason, caught.exception.message)
            self.assertIn(f'phyware auth login --host {HOST}', caught.exception.remediation)
        self.assertEqual({INSTANCE}, {request.url for request in self.http.request_history})


class GuardTest(InstanceCase):
    def test_case_78_the_same_server_gets_it_after_one_question(self) -> None:
        asked = self.tells({'instance_id': 'ins_1'})
        self.guarded()
        for token in (REFRESH, ACCESS, REFRESH):
            self.post(token)

        self.assertEqual(1, asked.call_count)
        self.assertEqual(INSTANCE, self.http.request_history[0].url)
        self.assertNotIn('Authorization', self.http.request_history[0].headers)
        self.assertEqual(3, len(self.requests_to(TOKEN)))

    def test_case_78_another_server_does_not(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        self.guarded()

        self.assert_kept_back(f'another server listens on {HOST} than you logged in to')

    def test_case_78_what_tells_no_id_does_not(self) -> None:
        for answer in (
            {'status_code': 404}, {'status_code': 503}, {'json': {}}, {'text': '<html>'},
            {'status_code': 302, 'headers': {'Location': '/login'}}, {'json': ['ins_1']},
            {'json': {'instance_id': ''}}, {'json': {'instance_id': None}},
            {'json': {'instance_id': 'ins_1\n'}}, {'json': {'instance_id': 'i' * 201}},
            {'status_code': 201, 'json': {'instance_id': 'ins_1'}},
        ):
            with self.subTest(answer):
                self.transport._found.clear()
                self.tells(answer)
                self.guarded()
                self.assert_kept_back('does not say that it is what you logged in to')

    def test_case_78_nobody_there_is_no_answer_and_asked_again_later(self) -> None:
        self.tells({'exc': requests.exceptions.ConnectionError}, {'instance_id': 'ins_1'})
        self.guarded()
        with self.assertRaises(ConnectionFailed) as caught:
            self.post()
        self.assertNotIsInstance(caught.exception, AnotherServer)

        self.post()

    def test_a_login_without_an_id_is_trusted_by_its_url(self) -> None:
        self.guarded(instance_id=None)
        self.post()

        self.assertEqual(1, self.http.call_count)

    def test_a_host_elsewhere_is_never_asked(self) -> None:
        host = 'https://cloud.example'
        self.serve(f'{host}/oauth/token', {})
        self.guarded(host)
        self.post(url=f'{host}/oauth/token')

        self.assertEqual(1, self.http.call_count)

    def test_a_token_that_was_not_stored_is_not_held_back(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        self.guarded()
        self.post(Secret('phk_given'))

        self.assertEqual(1, self.http.call_count)

    def test_case_78_its_other_ports_are_guarded_and_other_machines_are_not(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        self.serve('http://localhost:9000/revoke', {})
        self.serve('https://issuer.example/revoke?x=1', {})
        self.guarded()

        self.post(url='https://issuer.example/revoke?x=1')
        with self.assertRaises(AnotherServer):
            self.post(url='http://localhost:9000/revoke')

    def test_case_78_of_two_logins_with_one_token_the_new_one_counts(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        self.guarded()
        guarded = Guarded()
        self.transport = GuardedTransport(self.context, guarded)
        store = CredentialStore(self.context, guard=guarded.add)
        previous = store.save_login(full_record(HOST, instance_id='ins_2'))

        assert previous is not None
        self.assertEqual('ins_1', previous.instance_id)
        self.post(REFRESH)


class InstanceOfTest(InstanceCase):
    def test_case_78_what_a_login_keeps(self) -> None:
        self.tells({'instance_id': 'ins_1'})

        self.assertEqual('ins_1', self.transport.instance_of(HOST))

    def test_a_host_with_a_path_is_asked_below_it(self) -> None:
        self.serve(f'{HOST}/tenant/api/v1/instance', {'instance_id': 'ins_3'}, method='GET')

        self.assertEqual('ins_3', self.transport.instance_of(f'{HOST}/tenant'))

    def test_any_oauth_server_tells_none(self) -> None:
        for answer in (
            {'status_code': 404}, {'status_code': 500}, {'text': '<html>'},
            {'exc': requests.exceptions.ConnectionError},
        ):
            with self.subTest(answer):
                self.tells(answer)
                self.assertIsNone(self.transport.instance_of(HOST))

    def test_a_host_elsewhere_is_not_asked(self) -> None:
        self.assertIsNone(self.transport.instance_of('https://cloud.example'))
        self.assertEqual(0, self.http.call_count)


class RecordTest(InstanceCase):
    def test_case_78_the_id_is_in_the_record_and_a_record_without_it_is_read(self) -> None:
        data = dumps(full_record(HOST, instance_id='ins_1'))
        self.assertEqual('ins_1', loads(data, 'here').instance_id)

        before = dumps(full_record(HOST))
        self.assertNotIn(b'instance_id', before)
        self.assertIsNone(loads(before, 'here').instance_id)


class VerbsTest(InstanceCase):
    """What stands between the guard and a person."""

    def test_case_78_a_refresh_keeps_the_id(self) -> None:
        self.tells({'instance_id': 'ins_1'})
        self.serve(TOKEN, SUCCESS)
        AuthService(self.deps).refresher.renew(self.guarded())

        self.assertEqual('ins_1', self.stored(HOST).instance_id)
        self.assertEqual('access-new', text_of(self.stored(HOST).access_token))

    def test_case_78_a_refresh_elsewhere_does_not_stop_the_next_one(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        record = self.guarded()
        with self.assertRaises(AnotherServer):
            AuthService(self.deps).refresher.renew(record)

        self.assertIsNone(self.store.recent_refresh_failure(HOST, REFRESH))
        self.assertEqual([], self.requests_to(TOKEN))

    def test_case_78_the_provider_hands_nothing_out(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        self.guarded()
        provider = StoredProvider(self.deps)
        old = Credential(HOST, Secret('access-0'), 'oauth', 'file')
        for ask in (lambda: provider.credential(HOST), lambda: provider.reject(old)):
            with self.assertRaises(AnotherServer):
                ask()

    def test_case_78_the_provider_asks_once(self) -> None:
        asked = self.tells({'instance_id': 'ins_1'})
        self.guarded()
        provider = StoredProvider(self.deps)
        for _ in range(3):
            found = provider.credential(HOST)
            assert found is not None
            self.assertEqual(ACCESS, found.token)

        self.assertEqual(1, asked.call_count)

    def test_case_78_a_status_is_unreachable_and_not_invalid(self) -> None:
        self.tells({'instance_id': 'ins_2'})
        record = self.guarded()._replace(userinfo_endpoint=f'{HOST}/oauth/userinfo')
        view = StatusService(self.deps).of_record(record)

        self.assertEqual('unreachable', view.state)
        self.assertIsInstance(view.error, AnotherServer)


class DoorsTest(InstanceCase):
    """What the guard holds back has no other way out of ``phyware_auth``."""

    def test_case_78_the_protocol_runs_over_the_guarded_transport_alone(self) -> None:
        makers = [path for path, call in _calls() if _name(call) == 'OAuthClient']
        senders = {
            path for path, call in _calls()
            if _name(call) == 'post_form' or any(word.arg == 'bearer' for word in call.keywords)
        }

        self.assertEqual(['service/deps.py'], makers)
        self.assertEqual({'oauth/client.py'}, senders)
        self.assertIsInstance(self.deps.transport, GuardedTransport)

    def test_case_78_only_the_provider_hands_credentials_out(self) -> None:
        makers = {path for path, call in _calls() if _name(call) == 'Credential'}

        self.assertEqual({'provider.py'}, makers)

    def test_case_78_every_record_with_secrets_that_leaves_the_store_is_guarded(self) -> None:
        told: list[HostRecord] = []
        store = CredentialStore(self.context, guard=told.append)
        record = full_record(HOST, instance_id='ins_1')
        store.save_login(record)
        loaded = store.load(HOST)
        assert loaded is not None
        store.save_refresh(loaded, record)
        previous = store.save_login(record)

        for given in (record, loaded, previous):
            self.assertIn(given, told)


def _calls() -> list[tuple[str, ast.Call]]:
    """Return every call in ``phyware_auth`` with its module; not in the devcloud."""
    root = Path(phyware_auth.__file__).parent
    return [
        (path.relative_to(root).as_posix(), node)
        for path in sorted(root.rglob('*.py'))
        if 'devcloud' not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8')))
        if isinstance(node, ast.Call)
    ]


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition('.')[2]
