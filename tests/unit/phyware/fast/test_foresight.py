"""No index is written or used where what it holds may change and nobody would know.

Layer: unit test.
"""

from __future__ import annotations

import errno
import importlib.metadata
import os
import sys
import time
from pathlib import Path
from unittest import mock

from phyware.fast import build, index
from tests.unit.phyware.fast.indexcase import IndexCase
from tests.unit.phyware.plugins import COMMANDS

HOOK = f'[{COMMANDS}.robots_run]\naudit = acme:Echo\n'


class FinderTest(IndexCase):
    """Whoever finds packages elsewhere does not say where."""

    def setUp(self) -> None:
        super().setUp()
        self.add()
        self.dists: list[importlib.metadata.Distribution] = []
        self.finder = mock.Mock(find_distributions=lambda _: self.dists, find_spec=lambda *_: None)

    def test_one_that_came_later(self) -> None:
        self.write()
        with mock.patch.object(sys, 'meta_path', [*sys.meta_path, self.finder]):
            self.assertEqual((False, '', 0), self.found('robots', 'run'))
        self.assertEqual((True, 'acme:fast', 2), self.found('robots', 'run'))

    def test_beside_one_there_is_no_index(self) -> None:
        with mock.patch.object(sys, 'meta_path', [*sys.meta_path, self.finder]):
            self.assertFalse(self.write())

    def test_one_that_finds_nothing_is_in_nobodys_way(self) -> None:
        for finder in (mock.Mock(spec=['find_spec']), mock.Mock(find_distributions=None)):
            with mock.patch.object(sys, 'meta_path', [*sys.meta_path, finder]):
                self.assertTrue(self.write())
                self.assertEqual((True, 'acme:fast', 2), self.found('robots', 'run'))

    def test_one_of_no_module(self) -> None:
        for finds, known in ((None, True), (print, False)):
            kind = type('Finder', (), {'find_distributions': finds, '__module__': None})
            self.assertEqual([known, known], [*map(index.searches_the_path, (kind, kind()))])

    def test_one_that_searches_the_path(self) -> None:
        for module in ('importlib_metadata', 'setuptools._vendor.importlib_metadata'):
            kind = type('Finder', (), {'find_distributions': None, '__module__': module})
            kind.find_distributions = lambda *_: []  # type: ignore[attr-defined]
            self.assertTrue(index.searches_the_path(kind))
            self.assertTrue(index.searches_the_path(kind()))


class UnreadTest(IndexCase):
    """What could not be read this time."""

    def setUp(self) -> None:
        super().setUp()
        self.add()
        self.policy = self.site.metadata('policy', HOOK) / 'entry_points.txt'

    def failing(self, number: int, path: Path) -> mock._patch[mock.MagicMock]:
        """Return a patch that lets reading ``path`` fail with an error of the system."""
        function, real = ('os.listdir', os.listdir) if path.is_dir() else ('builtins.open', open)

        def act(name: str, *args: object, **kwargs: object) -> object:
            if name == str(path):
                raise OSError(number, os.strerror(number), name)
            return real(name, *args, **kwargs)  # type: ignore[operator]

        return mock.patch(function, side_effect=act)

    def test_what_may_be_over_in_a_moment(self) -> None:
        for path in (self.policy, self.site.path):
            for number in (errno.EIO, errno.EMFILE, errno.ESTALE, errno.ENOMEM):
                with self.subTest(path, number=number), self.failing(number, path):
                    self.assertRaises(OSError, self.write)
        self.assertFalse(self.path.exists())

    def test_what_is_no_file_is_so_again(self) -> None:
        self.policy.unlink()
        self.policy.mkdir()
        self.assertTrue(self.write())
        self.assertEqual((True, 'acme:fast', 2), self.found('robots', 'run'))
        self.policy.rmdir()
        self.policy.write_text(HOOK)
        self.assertEqual((False, '', 0), self.found('robots', 'run'))

    def test_a_link_to_itself(self) -> None:
        self.policy.unlink()
        self.policy.symlink_to(self.policy)
        self.assertTrue(self.write())
        self.assertEqual((True, 'acme:fast', 2), self.found('robots', 'run'))
        target = self.site.path / 'target'
        target.write_text(HOOK)
        self.policy.unlink()
        self.policy.symlink_to(target)
        self.assertEqual((False, '', 0), self.found('robots', 'run'))

    def test_what_another_group_may_read(self) -> None:
        for path in (self.policy, self.site.path):
            with self.subTest(path):
                with self.failing(errno.EACCES, path), _unreadable(path):
                    self.assertTrue(self.write())
                    self.assertTrue(self.found()[0])
                self.assertEqual((False, '', 0), self.found('robots', 'run'))


class ClockTest(IndexCase):
    """A process that was stopped while it read: what came meanwhile is of just now."""

    def test_it_is_not_relied_upon(self) -> None:
        self.add()
        began = time.time() - 3600
        times = iter((began, time.time() + 3600))
        with mock.patch('time.time', lambda: next(times)):
            self.assertFalse(build.write_index(self.environ))

    def test_nor_is_what_is_gone_for_a_moment(self) -> None:
        self.add()
        with mock.patch.object(index, 'states_of', return_value=''):
            self.assertFalse(self.write())


def _unreadable(path: Path) -> mock._patch[mock.MagicMock]:
    """Return a patch that denies ``path``, whoever runs the tests."""
    real = os.access
    return mock.patch(
        'os.access', side_effect=lambda name, mode: name != str(path) and real(name, mode)
    )
