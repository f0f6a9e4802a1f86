"""The robots API, the instance and the counters."""

from __future__ import annotations

from tests.unit.phyware_auth.devcloud.base import DEMO, DevcloudTestCase

ROBOTS = '/api/v1/robots'


class RobotsTest(DevcloudTestCase):
    def test_list_page_by_page(self) -> None:
        first = self.get(f'{ROBOTS}?limit=4', DEMO.pat).get_json()
        second = self.get(f'{ROBOTS}?limit=4&cursor={first["next_cursor"]}', DEMO.pat).get_json()

        ids = [robot['id'] for answer in (first, second) for robot in answer['robots']]

        self.assertEqual((6, None), (len(set(ids)), second['next_cursor']))

    def test_show(self) -> None:
        robot = self.get(f'{ROBOTS}/rob_0atlas', DEMO.pat).get_json()

        self.assertEqual(
            {'id': 'rob_0atlas', 'name': 'atlas', 'model': 'Carrier 3', 'status': 'idle',
             'site': 'Warehouse North', 'battery_percent': 92},
            robot,
        )

    def test_unknown_robot_and_unknown_path(self) -> None:
        for path, said in ((f'{ROBOTS}/rob_x', 'robot'), ('/api/v1/nothing', 'this address')):
            with self.subTest(path):
                response = self.get(path, DEMO.pat)
                self.assertIn(said, response.get_json()['detail'])

                self.assertEqual(
                    (404, 'NOT_FOUND'), (response.status_code, response.get_json()['code'])
                )

    def test_scope_is_needed(self) -> None:
        token = self.tokens('openid')['access_token']

        for path in (ROBOTS, f'{ROBOTS}/rob_0atlas'):
            response = self.get(path, token)

            self.assertIn('scope="robots:read"', response.headers['WWW-Authenticate'])


class ApiFaultsTest(DevcloudTestCase):
    def test_5xx(self) -> None:
        self.restart('api-5xx=2')

        responses = [self.get(ROBOTS, DEMO.pat) for _ in range(3)]

        self.assertEqual([503, 503, 200], [response.status_code for response in responses])
        self.assertEqual('SERVER', responses[0].get_json()['code'])

    def test_case_44_95_unauthorized_to_a_good_token(self) -> None:
        self.restart('api-401=1')

        responses = [self.get(ROBOTS, DEMO.pat) for _ in range(2)]

        self.assertEqual([401, 200], [response.status_code for response in responses])
        self.assertIn('invalid_token', responses[0].headers['WWW-Authenticate'])

    def test_rate_limit(self) -> None:
        self.restart('rate-limit=1')

        responses = [self.get(ROBOTS, DEMO.pat) for _ in range(2)]

        self.assertEqual([429, 200], [response.status_code for response in responses])
        self.assertEqual('1', responses[0].headers['Retry-After'])
        self.assertEqual('RATE_LIMITED', responses[0].get_json()['code'])


class InstanceTest(DevcloudTestCase):
    def test_case_78_instance_id(self) -> None:
        self.restart('api-5xx=5')

        answer = self.get('/api/v1/instance').get_json()

        self.assertEqual({'instance_id': self.seeded.instance_id}, answer)

    def test_counters(self) -> None:
        self.restart('counters')
        self.refresh(self.tokens()['refresh_token'])
        self.get('/api/v1/made-up-path')
        self.form('/oauth/token', grant_type='made up')

        counters = self.get('/api/v1/debug/counters').get_json()['counters']

        self.assertEqual(3, counters['POST /oauth/token'])
        self.assertEqual((1, 1), (counters['grant refresh_token'], counters['grant unknown']))
        self.assertEqual(1, counters['GET unknown'])

    def test_counters_are_a_fault(self) -> None:
        self.assertEqual(404, self.get('/api/v1/debug/counters').status_code)
