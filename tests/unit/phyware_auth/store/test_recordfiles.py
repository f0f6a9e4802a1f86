"""phyware_auth.store.recordfiles: what a directory of records may hold."""

from __future__ import annotations

import os
from unittest import mock

from phyware.errors import ConnectionFailed
from phyware.hosts import host_slug
from phyware_auth.store.errors import CorruptRecord, StorageFailed
from phyware_auth.store.recordfiles import RecordFiles
from tests.unit.phyware_auth.store.fakes import HOST, OTHER, FileStoreCase, link_of, oauth_record


class LinkTest(FileStoreCase):
    def test_case_11_a_linked_record_stays_a_link_through_login_refresh_and_logout(self) -> None:
        self.save()
        real = os.path.join(os.path.dirname(self.directory), 'dotfile')
        os.rename(self.record_path(), real)
        os.symlink(real, self.record_path())
        old = self.store.load(HOST)
        assert old is not None
        self.assertTrue(self.store.save_refresh(old, old))
        self.save(suffix='2')
        self.assertTrue(os.path.islink(self.record_path()))
        with open(real) as stream:
            self.assertIn('access-2', stream.read())
        self.store.remove(HOST)
        self.assertFalse(os.path.exists(real))
        self.assertTrue(os.path.islink(self.record_path()))

    def test_case_11_the_link_that_a_logout_leaves_is_no_host(self) -> None:
        for host in (HOST, OTHER):
            self.save(host)
            real = os.path.join(os.path.dirname(self.directory), host_slug(host))
            os.rename(self.record_path(host), real)
            os.symlink(real, self.record_path(host))
        self.store.remove(HOST)
        self.assertEqual(self.store.hosts(), [OTHER])
        self.save()
        self.assertEqual(self.store.hosts(), [OTHER, HOST])

    def test_a_link_that_cannot_be_followed_is_a_host_all_the_same(self) -> None:
        self.save()
        os.symlink(self.record_path(OTHER), self.record_path(OTHER))
        self.assertEqual(self.store.hosts(), [OTHER, HOST])
        with self.assertRaises(ConnectionFailed):
            self.store.load(OTHER)

    def test_case_11_directories_that_are_linked_to_what_is_not_mounted_are_no_logout(self) -> None:
        self.save()
        for linked in (self.path('hosts'), self.directory, os.path.dirname(self.directory)):
            os.rename(linked, f'{linked}-kept')
            os.symlink('/no/such/volume/phyware', linked)
            for read in (self.store.hosts, lambda: self.store.load(HOST)):
                with self.subTest(linked), self.assertRaises(ConnectionFailed) as caught:
                    read()
                self.assertIn(f'{linked}: the link leads nowhere', caught.exception.message)
            os.unlink(linked)
            os.rename(f'{linked}-kept', linked)
        self.assertEqual(self.store.hosts(), [HOST])

    def test_case_12_a_probe_follows_no_planted_link(self) -> None:
        self.save()
        victim = os.path.join(os.path.dirname(self.directory), 'victim')
        with open(victim, 'w') as stream:
            stream.write('precious')
        os.symlink(victim, self.path(f'hosts/.tok-{host_slug(HOST)}-probe'))
        self.store.probe(self.store.choose(True), HOST)
        with open(victim) as stream:
            self.assertEqual(stream.read(), 'precious')

    def test_case_12_a_record_that_somebody_else_linked_is_not_set_aside(self) -> None:
        self.save()
        with open(self.record_path(), 'w') as stream:
            stream.write('precious')
        with link_of(os.geteuid() + 1), self.assertRaises(StorageFailed):
            RecordFiles(self.directory, self.fail).set_aside(HOST, 0)
        self.assertEqual(self.files('hosts'), [host_slug(HOST)])

    def test_case_9_a_link_to_a_device_is_set_aside_itself(self) -> None:
        self.save()
        os.unlink(self.record_path())
        os.symlink('/dev/zero', self.record_path())
        with self.assertRaises(CorruptRecord):
            self.store.load(HOST)
        self.save()
        loaded = self.store.load(HOST)
        self.assertIsNotNone(loaded)
        self.assertEqual(len(self.files('hosts')), 2)



class ListingTest(FileStoreCase):
    def test_a_record_copied_to_another_hosts_name_is_not_used(self) -> None:
        self.save()
        os.rename(self.record_path(), self.record_path(OTHER))
        with self.assertRaises(CorruptRecord):
            self.store.load(OTHER)

    def test_case_9_ten_thousand_hosts_are_listed_by_name_alone(self) -> None:
        self.save()
        for number in range(10_000):
            open(self.path(f'hosts/https_3a_2f_2fh{number}.example'), 'w').close()
        with mock.patch('os.open', side_effect=AssertionError):
            self.assertEqual(len(self.store.hosts()), 10_001)
        with mock.patch('os.scandir', side_effect=AssertionError):
            self.assertIsNotNone(self.store.load(HOST))

    def test_what_would_be_too_long_to_be_read_is_not_written(self) -> None:
        self.save()
        for count, fits in ((37_000, True), (38_000, False)):
            record = oauth_record(scopes=('%' * count,))
            with self.subTest(count):
                if fits:
                    self.store.save_login(record)
                else:
                    with self.assertRaisesRegex(StorageFailed, 'too long'):
                        self.store.save_login(record)
                loaded = self.store.load(HOST)
                assert loaded is not None
                self.assertEqual(loaded.scopes, ('%' * 37_000,))

    def test_hosts_with_very_long_names_are_listed_too(self) -> None:
        long_host = 'https://' + 'x.' * 120 + 'example'
        self.save(long_host)
        self.assertEqual(self.store.hosts(), [long_host])
        with open(self.record_path(long_host), 'w') as stream:
            stream.write('junk')
        self.assertEqual(self.store.hosts(), [])
        self.assertIn('damaged', self.warnings[0])

    def test_what_is_no_record_is_not_listed(self) -> None:
        self.save()
        names = ('README', 'notes', '.hidden', 'x y', 'a_zz', '_1b_5b31m', '\udcff')
        for name in (*names, f'{host_slug(HOST)}.corrupt-1Z'):
            open(self.path(f'hosts/{name}'), 'w').close()
        self.assertEqual(self.store.hosts(), [HOST])

    def test_the_records_form_is_for_everybody_to_read(self) -> None:
        self.save()
        with open(self.record_path()) as stream:
            lines = stream.read().splitlines()
        self.assertEqual(lines[0], 'phyware-credential 1')
        self.assertIn('access_token access-1', lines)
