"""The commands, against a host on loopback that answers what a test says."""

from __future__ import annotations

from phyware.testing import CloudTestCase, OutputContract

PATH = '/api/v1/robots'
ITEM = {'id': 'abc', 'name': 'First', 'model': 'R2', 'status': 'idle'}


class ListTest(CloudTestCase):
    def test_every_page_is_shown(self) -> None:
        self.host.answer('GET', PATH, {'robots': [ITEM], 'next_cursor': 'more'})
        self.host.answer('GET', PATH, {'robots': [{'id': 'def', 'name': 'Last'}]})

        result = self.cli.run('robots', 'list', '-o', 'json')

        self.assertEqual(result.exit_code, 0, result.stderr)
        self.assertEqual([item['id'] for item in result.json()], ['abc', 'def'])
        self.assertEqual({call.token for call in self.host.calls}, {self.provider.token})

    def test_a_limit_ends_the_list(self) -> None:
        self.host.answer('GET', PATH, {'robots': [ITEM], 'next_cursor': 'more'})

        result = self.cli.run('robots', 'list', '--limit', '1', '-o', 'json')

        self.assertEqual((len(result.json()), len(self.host.calls)), (1, 1))


class ShowTest(CloudTestCase):
    def test_one_is_shown(self) -> None:
        self.host.answer('GET', f'{PATH}/abc', ITEM)

        self.assertEqual(self.cli.run('robots', 'show', 'abc', '-o', 'json').json(), ITEM)

    def test_what_the_host_does_not_know_is_not_found(self) -> None:
        result = self.cli.run('robots', 'show', 'nobody', '-o', 'json')

        self.assertEqual((result.exit_code, result.error()['code']), (3, 'NOT_FOUND'))


class ListContractTest(OutputContract, CloudTestCase):
    """What every command must hold: help, options, examples, JSON."""

    command = 'robots list'

    def arrange(self) -> None:
        self.host.answer('GET', PATH, {'robots': [ITEM]})


class ShowContractTest(OutputContract, CloudTestCase):
    command = 'robots show'

    def arrange(self) -> None:
        self.host.answer('GET', f'{PATH}/rob_0atlas', ITEM)
