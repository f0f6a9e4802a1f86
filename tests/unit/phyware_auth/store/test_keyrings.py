"""phyware_auth.store.keyrings: the backend that a new login gets."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from unittest import mock

import keyring.backend
from keyring.backends import chainer, fail, null
from keyring.compat.properties import classproperty

from phyware_auth.store.errors import KeyringUnavailable, NoKeyring
from phyware_auth.store.keyrings import SystemKeyrings

_HERE = __name__


class _Ring(keyring.backend.KeyringBackend):
    """A backend whose priority the tests set; below zero it is not viable."""

    rank = -1.0

    @classproperty
    def priority(cls) -> float:
        if cls.rank < 0:
            raise RuntimeError('not here')
        return cls.rank

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


class GoodRing(_Ring):
    pass


class BetterRing(_Ring):
    pass


class PlaintextRing(_Ring):
    pass


class SystemKeyringsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        self.config = os.path.join(folder.name, 'python_keyring')
        variables = {'XDG_CONFIG_HOME': folder.name, 'HOME': folder.name}
        patch = mock.patch.dict(os.environ, variables)
        patch.start()
        self.addCleanup(patch.stop)
        for name in ('PYTHON_KEYRING_BACKEND', 'DBUS_SESSION_BUS_ADDRESS'):
            os.environ.pop(name, None)

    def detect(self, **ranks: float) -> str:
        for ring in (GoodRing, BetterRing, PlaintextRing):
            ring.rank = ranks.get(ring.__name__, -1)
        return SystemKeyrings().detect()

    def configure(self, text: str | bytes) -> str:
        os.makedirs(self.config, exist_ok=True)
        path = os.path.join(self.config, 'keyringrc.cfg')
        with open(path, 'wb') as stream:
            stream.write(text.encode() if isinstance(text, str) else text)
        return path

    def test_the_best_that_works_is_taken_and_named_by_its_class(self) -> None:
        self.assertEqual(self.detect(GoodRing=5, BetterRing=6), f'{_HERE}.BetterRing')
        self.assertEqual(self.detect(GoodRing=5), f'{_HERE}.GoodRing')

    def test_case_29_what_works_later_is_found_later(self) -> None:
        with self.assertRaises(NoKeyring):
            self.detect()
        self.assertEqual(self.detect(GoodRing=5), f'{_HERE}.GoodRing')

    def test_a_backend_that_keyring_does_not_recommend_is_no_keyring(self) -> None:
        with self.assertRaises(NoKeyring):
            self.detect(PlaintextRing=0.5)

    def test_the_variable_goes_first_and_the_file_second(self) -> None:
        self.configure(f'[backend]\ndefault-keyring={_HERE}.GoodRing\n')
        self.assertEqual(self.detect(GoodRing=1, BetterRing=9), f'{_HERE}.GoodRing')
        os.environ['PYTHON_KEYRING_BACKEND'] = f'{_HERE}.BetterRing'
        self.assertEqual(self.detect(GoodRing=9, BetterRing=1), f'{_HERE}.BetterRing')

    def test_case_26_what_keeps_nothing_is_refused_even_if_configured(self) -> None:
        for name in (
            'keyring.backends.null.Keyring',
            'keyring.backends.fail.Keyring',
            f'{_HERE}.PlaintextRing',
        ):
            os.environ['PYTHON_KEYRING_BACKEND'] = name
            with self.subTest(name), self.assertRaises(NoKeyring) as caught:
                self.detect(PlaintextRing=1)
            self.assertIn(name, caught.exception.message)

    def test_case_27_a_bad_variable_is_named(self) -> None:
        for value in ('', 'bogus', 'no.such.Module', 'os.path', 'keyring.backends.null.Nothing'):
            os.environ['PYTHON_KEYRING_BACKEND'] = value
            with self.subTest(value), self.assertRaises(NoKeyring) as caught:
                self.detect(GoodRing=5)
            self.assertIn('PYTHON_KEYRING_BACKEND', caught.exception.message)

    def test_case_27_a_module_that_ends_the_process_does_not(self) -> None:
        path = self.config.replace('python_keyring', 'ending_ring.py')
        with open(path, 'w') as stream:
            stream.write('import sys\nsys.exit(7)\n')
        os.environ['PYTHON_KEYRING_BACKEND'] = 'ending_ring.Keyring'
        with mock.patch.object(sys, 'path', [os.path.dirname(path), *sys.path]), self.assertRaises(
            NoKeyring
        ) as caught:
            self.detect(GoodRing=5)
        self.assertIn('PYTHON_KEYRING_BACKEND', caught.exception.message)
        self.assertIn('SystemExit', caught.exception.message)

    def test_case_27_a_bad_file_is_named(self) -> None:
        for text in ('garbage', b'\xff\xfe\x00', '[backend]\ndefault-keyring=no.such.Ring\n'):
            path = self.configure(text)
            with self.subTest(text), self.assertRaises(NoKeyring) as caught:
                self.detect(GoodRing=5)
            self.assertIn(path, caught.exception.message)
            self.assertIn('--insecure-storage', caught.exception.remediation)

    def test_of_a_chain_the_first_is_pinned(self) -> None:
        os.environ['PYTHON_KEYRING_BACKEND'] = 'keyring.backends.chainer.ChainerBackend'
        rings = [SystemKeyrings().build(f'{_HERE}.{name}') for name in ('GoodRing', 'BetterRing')]
        with mock.patch.object(chainer.ChainerBackend, 'backends', rings):
            self.assertEqual(self.detect(GoodRing=5), f'{_HERE}.GoodRing')
        with mock.patch.object(chainer.ChainerBackend, 'backends', []), self.assertRaises(
            NoKeyring
        ):
            self.detect(GoodRing=5)

    def test_case_22_a_bus_that_does_not_answer_is_no_lack_of_a_keyring(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.environ['DBUS_SESSION_BUS_ADDRESS'] = f'unix:path={folder}/none'
            with self.assertRaises(NoKeyring):
                self.detect()
            silent = mock.patch(
                'secretstorage.dbus_init', side_effect=TimeoutError('Did not authenticate')
            )
            with silent, self.assertRaises(KeyringUnavailable):
                self.detect()

    def test_build_makes_the_class_without_asking_its_priority(self) -> None:
        GoodRing.rank = -1
        self.assertIsInstance(SystemKeyrings().build(f'{_HERE}.GoodRing'), GoodRing)

    def test_build_makes_nothing_else(self) -> None:
        with self.assertRaises(TypeError):
            SystemKeyrings().build('os.PathLike')

    def test_the_useless_backends_are_where_we_think(self) -> None:
        self.assertEqual(fail.Keyring.__module__, 'keyring.backends.fail')
        self.assertEqual(null.Keyring.__module__, 'keyring.backends.null')

    def tearDown(self) -> None:
        for ring in (GoodRing, BetterRing, PlaintextRing):
            ring.rank = -1
