"""Many processes of the installed command at once, on one real GNOME keyring.

Layer: functional test.
"""

from __future__ import annotations

import subprocess
from collections import Counter

from tests.functional.cli import Result
from tests.functional.keyring_case import GnomeCommandCase

# Far more than the longest deadline of a machine that stands still.
PATIENCE = 240
MANY = 200


class StormCase(GnomeCommandCase):
    def storm(self, count: int, *words: str) -> list[Result]:
        """Run ``count`` processes at once; return what each of them did."""
        processes = [self.start('auth', *words) for _ in range(count)]
        return [self.ended(process) for process in processes]

    def ended(self, process: subprocess.Popen[str]) -> Result:
        stdout, stderr = process.communicate(timeout=PATIENCE)
        return Result(process.returncode, stdout, stderr)


class ReadStormTest(StormCase):
    def test_case_28_of_200_at_once_many_get_the_token_and_none_is_said_logged_out(
        self,
    ) -> None:
        results = self.storm(MANY, 'token')

        good = [result for result in results if result == Result(0, f'{self.cloud.pat}\n', '')]
        for result in results:
            if result not in good:
                self.assert_failed(result, 'CONNECTION', 'the keyring')
        # How many depends on what else the machine does; that some do shows that it is no outage.
        self.assertGreater(len(good), MANY // 4)
        self.assert_no_plaintext()


class RefreshStormTest(StormCase):
    def test_case_28_34_of_64_with_one_expired_token_one_asks_and_all_get_the_new_one(
        self,
    ) -> None:
        self.expired_session()

        results = self.storm(64, 'token')

        self.assertEqual(1, self.grants())
        self.assertEqual({(0, '')}, {(result.exit_code, result.stderr) for result in results})
        [(token, count)] = Counter(result.stdout.strip() for result in results).items()
        self.assertEqual((64, 200), (count, self.userinfo(token)))
        self.assertNotIn(token, self.secrets)
        self.assert_no_plaintext()
