"""The auth-provider hook on what is stored, and on a given key."""

from __future__ import annotations

from typing import Any

from phyware.auth import AuthRequest, Credential
from phyware.errors import ConnectionFailed, Expired, PhywareError, Unauthorized, Validation
from phyware.secret import Secret
from phyware_auth.provider import (
    ApiKeyProvider,
    StoredProvider,
    api_key_provider,
    deps_of,
    stored_provider,
)
from phyware_auth.store.record import PAT
from tests.unit.phyware_auth.authcase import (
    HOST,
    OTHER,
    SUCCESS,
    TOKEN,
    AuthCase,
    full_record,
    text_of,
)

REFUSED = {'status_code': 400, 'json': {'error': 'invalid_grant'}}


class ProviderCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = int(self.clock.now())
        self.provider = StoredProvider(self.deps)

    def presented(self) -> str | None:
        found = self.provider.credential(HOST)
        return text_of(found.token) if found else None

    def error(self) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            self.provider.credential(HOST)
        return caught.exception


class CredentialTests(ProviderCase):
    def test_nobody_is_logged_in(self) -> None:
        self.assertIsNone(self.provider.credential(HOST))

    def test_what_is_stored(self) -> None:
        self.saved()

        self.assertEqual(
            self.provider.credential(HOST),
            Credential(
                HOST, Secret('access-1'), 'oauth', 'file', 1_800_003_600, ('openid', 'email'),
                'ada@example.org', (f'{HOST}/api/v1/sessions',),
            ),
        )

    def test_it_is_for_the_sessions_where_the_host_has_put_them(self) -> None:
        for endpoint, endpoints in ((f'{OTHER}/s', (f'{OTHER}/s',)), (None, ())):
            with self.subTest(endpoint):
                self.saved(sessions_endpoint=endpoint)

                given = self.provider.credential(HOST)

                self.assertEqual(endpoints, given.endpoints if given else None)

    def test_never_that_of_another_host(self) -> None:
        self.saved()

        self.assertIsNone(self.provider.credential(OTHER))

    def test_a_pat_is_presented_as_it_is(self) -> None:
        self.saved(kind=PAT, expiry=None)

        self.assertEqual((self.presented(), self.http.call_count), ('access-1', 0))

    def test_a_pat_that_is_over(self) -> None:
        self.saved(kind=PAT, expiry=self.now)

        error = self.error()

        self.assertIsInstance(error, Expired)
        self.assertIn(f'phyware auth login --host {HOST}', error.remediation)

    def test_refreshed_a_minute_or_a_tenth_of_its_life_before_its_end(self) -> None:
        for life, left, refreshed in (
            (3600, 60, False), (3600, 59, True), (100, 10, False), (100, 9, True), (0, 1, False),
            (0, 0, True),
        ):
            with self.subTest(f'{life} {left}'):
                self.serve(TOKEN, SUCCESS)
                self.saved(obtained=self.now + left - life, expiry=self.now + left)

                self.assertEqual(self.presented() == 'access-new', refreshed)

    def test_case_45_no_refresh_storm_with_short_lives(self) -> None:
        self.serve(TOKEN, {**SUCCESS, 'expires_in': 30})
        self.saved(expiry=self.now - 1)

        for _ in range(5):
            self.assertEqual(self.presented(), 'access-new')

        self.assertEqual(self.http.call_count, 1)

    def test_case_43_over_and_the_host_is_down(self) -> None:
        self.serve(TOKEN, {'status_code': 503})
        self.saved(expiry=self.now - 1)

        self.assertIsInstance(self.error(), ConnectionFailed)

    def test_over_and_nothing_to_refresh_with(self) -> None:
        self.saved(expiry=self.now - 1, refresh_token=None)

        self.assertIsInstance(self.error(), Expired)

    def test_case_38_over_and_the_session_has_ended(self) -> None:
        self.serve(TOKEN, REFUSED)
        self.saved(expiry=self.now - 1)

        self.assertIsInstance(self.error(), Unauthorized)


class RejectTests(ProviderCase):
    def rejected(self, token: str = 'access-1') -> str | None:
        newer = self.provider.reject(Credential(HOST, Secret(token), 'oauth', 'file'))
        return text_of(newer.token) if newer else None

    def test_case_44_refreshed_once_although_it_seemed_good(self) -> None:
        self.serve(TOKEN, SUCCESS)
        self.saved()

        self.assertEqual((self.rejected(), self.http.call_count), ('access-new', 1))

    def test_case_44_another_process_was_faster(self) -> None:
        self.saved(access_token=Secret('theirs'))

        self.assertEqual((self.rejected(), self.http.call_count), ('theirs', 0))

    def test_case_44_another_process_was_faster_but_that_is_over_as_well(self) -> None:
        self.serve(TOKEN, SUCCESS)
        self.saved(access_token=Secret('theirs'), expiry=self.now - 1)

        self.assertEqual(self.rejected(), 'access-new')

    def test_case_47_nothing_is_done_again_as_somebody_else(self) -> None:
        self.saved(access_token=Secret('theirs'), user='eve@example.org')
        given = Credential(HOST, Secret('access-1'), 'oauth', 'file', user='ada@example.org')

        self.assertIsNone(self.provider.reject(given))
        self.assertEqual(self.http.call_count, 0)

    def test_case_47_the_same_user_logged_in_again(self) -> None:
        self.saved(access_token=Secret('theirs'))
        given = Credential(HOST, Secret('access-1'), 'oauth', 'file', user='ada@example.org')

        newer = self.provider.reject(given)

        self.assertEqual(text_of(newer.token) if newer else None, 'theirs')

    def test_logged_out_meanwhile(self) -> None:
        self.assertIsNone(self.rejected())

    def test_a_pat_has_no_successor(self) -> None:
        self.saved(kind=PAT)

        self.assertEqual((self.rejected(), self.http.call_count), (None, 0))

    def test_nothing_to_refresh_with(self) -> None:
        self.saved(refresh_token=None)

        self.assertIsNone(self.rejected())

    def test_case_38_the_session_has_ended(self) -> None:
        self.serve(TOKEN, REFUSED)
        self.saved()

        self.assertIsNone(self.rejected())
        self.assertEqual(text_of(self.stored().access_token), 'access-1')

    def test_case_43_could_not_be_refreshed_now(self) -> None:
        for status in (503, 429):
            with self.subTest(status):
                self.serve(TOKEN, {'status_code': status})
                self.saved()

                with self.assertRaises(ConnectionFailed):
                    self.rejected()
                self.clock.advance(6)


class IdentityTests(ProviderCase):
    def test_who_without_any_network(self) -> None:
        self.saved()

        found = self.provider.identity(HOST)

        assert found is not None
        self.assertEqual((found.user, found.source), ('ada@example.org', 'file'))
        self.assertEqual((found.scopes, found.expiry), (('openid', 'email'), 1_800_003_600))
        self.assertEqual(self.http.call_count, 0)

    def test_nobody(self) -> None:
        self.assertIsNone(self.provider.identity(HOST))


class ApiKeyTests(ProviderCase):
    def request(self, **changes: Any) -> AuthRequest:
        return AuthRequest(self.context, **changes)

    def test_the_key_for_whichever_host_the_session_chose(self) -> None:
        provider = api_key_provider(self.request(api_key=Secret('k'), api_key_source='option'))

        self.assertEqual(provider.credential(HOST), Credential(HOST, Secret('k'), PAT, 'option'))
        self.assertNotIn("'k'", repr(provider.credential(HOST)))

    def test_it_has_no_successor_and_no_name(self) -> None:
        provider = ApiKeyProvider(Secret('k'), 'environment')
        given = provider.credential(HOST)
        assert given is not None

        self.assertIsNone(provider.reject(given))
        self.assertEqual(getattr(provider.identity(HOST), 'source', None), 'environment')

    def test_it_reads_no_store(self) -> None:
        self.environ.clear()
        provider = api_key_provider(self.request(api_key=Secret('k'), api_key_source='option'))

        self.assertIsNotNone(provider.credential(HOST))
        self.assertIsNotNone(provider.identity(HOST))

    def test_without_a_key(self) -> None:
        with self.assertRaises(Validation) as caught:
            api_key_provider(self.request())

        self.assertIn('PHYCLOUD_API_KEY', caught.exception.remediation)


class FactoryTests(ProviderCase):
    def test_stored_provider_reads_the_store_of_its_context(self) -> None:
        self.store.save_login(full_record())

        found = stored_provider(AuthRequest(self.context)).credential(HOST)

        assert found is not None
        self.assertEqual(text_of(found.token), 'access-1')

    def test_warnings_go_to_the_log_not_to_the_terminal(self) -> None:
        deps = deps_of(AuthRequest(self.context))

        with self.assertLogs('phyware.auth', 'WARNING') as logged:
            deps.warn('careful')

        self.assertEqual(logged.records[0].getMessage(), 'careful')
        self.assertEqual(self.context.stderr.tell(), 0)
