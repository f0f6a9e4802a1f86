"""``sessions list`` page by page: nothing waits for a page that is not needed.

Layer: functional test.
"""

from __future__ import annotations

import json
import signal
import subprocess

from tests.functional.cli import SECONDS
from tests.functional.page_host import PageHost
from tests.functional.site_file import PATIENT_REQUESTS, customize
from tests.functional.transport_host import HostCase

FORMATS = ('json', 'csv', 'value', 'tsv', 'yaml', 'table')


class StreamingTest(HostCase):
    def setUp(self) -> None:
        super().setUp()
        # Who waits for a page first waits for longer than the test does.
        customize(self, PATIENT_REQUESTS)

    def pages(self, pages: int, rows: int = 1000, failing: int | None = None) -> PageHost:
        """Return a host with so many pages, logged in to."""
        host = PageHost(pages, rows, failing)
        self.addCleanup(host.close)
        self.log_in(host.host)
        return host

    def listing(self, output: str = 'json') -> subprocess.Popen[str]:
        """Start a list of all sessions."""
        return self.start('auth', 'sessions', 'list', '-o', output)

    def read_until(self, process: subprocess.Popen[str], mark: str) -> str:
        """Return what ``process`` writes up to a line with ``mark``."""
        assert process.stdout is not None
        text = ''
        for line in process.stdout:
            text += line
            if mark in line:
                break
        return text

    def test_all_of_a_page_is_written_while_the_next_is_awaited(self) -> None:
        host = self.pages(2)
        processes = {output: self.listing(output) for output in FORMATS}

        for output, process in processes.items():
            with self.subTest(output):
                self.assertIn('ses_1_999_', self.read_until(process, 'ses_1_999_'))
        self.assertEqual([1] * len(FORMATS), [page for page in host.asked if page == 1])
        host.released.set()
        for output, process in processes.items():
            with self.subTest(output):
                self.assertIn('ses_2_999_', self.finish(process).stdout)

    def test_the_next_page_is_fetched_while_one_is_written_and_no_other(self) -> None:
        # Nobody reads: a page is more than a pipe holds, so the first one blocks.
        host = self.pages(4)
        host.released.set()
        before = host.connections
        process = self.listing()

        self.assertTrue(host.await_page(2))
        self.assertNotIn(3, host.asked)
        result = self.finish(process)

        self.assertEqual([1, 2, 3, 4], host.asked)
        self.assertEqual(1, host.connections - before)
        self.assertEqual(4000, len(result.json()))

    def test_ctrl_c_stops_the_wait_for_a_page(self) -> None:
        host = self.pages(2)
        process = self.listing()
        written = self.read_until(process, 'ses_1_999_')
        self.assertTrue(host.await_page(2))

        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=SECONDS)

        self.assertEqual((130, 'Interrupted\n'), (process.returncode, stderr))
        self.assertRaises(json.JSONDecodeError, json.loads, written + stdout)
        self.assertFalse(host.released.is_set())

    def test_case_91_a_reader_that_goes_stops_it_amid_a_page(self) -> None:
        host = self.pages(2)
        process = self.listing()
        self.read_until(process, 'ses_1_0_')
        assert process.stdout is not None and process.stderr is not None

        process.stdout.close()
        status = process.wait(SECONDS)

        self.assertEqual((141, ''), (status, process.stderr.read()))
        self.assertFalse(host.released.is_set())

    def test_an_error_amid_a_list_leaves_rows_and_no_whole_document(self) -> None:
        host = self.pages(3, failing=2)
        host.released.set()
        whole = {output: self.finish(self.listing(output)) for output in ('json', 'value')}

        for output, result in whole.items():
            with self.subTest(output):
                self.assertEqual(3, result.exit_code)
                self.assertIn('ses_1_999_', result.stdout)
        self.assertRaises(json.JSONDecodeError, json.loads, whole['json'].stdout)
        self.assertEqual('NOT_FOUND', whole['json'].error()['code'])
        self.assertEqual(1000, len(whole['value'].stdout.splitlines()))

    def test_an_error_of_the_first_page_leaves_nothing(self) -> None:
        self.pages(1, failing=1)

        result = self.finish(self.listing())

        self.assertEqual((3, ''), (result.exit_code, result.stdout))
