"""phyware.secretshapes: an expression is left out only where it cannot match."""

from __future__ import annotations

import re
import sys
import unittest

from hypothesis import example, given
from hypothesis import strategies as st

from phyware.secretshapes import FLAGS, SHAPES, mask_shapes

_PIECES = [
    *(mark for marks, *_ in SHAPES for mark in marks), 'AUTHORIZATION', 'Set-Cookie', 'Bearer ',
    'ACCESS_TOKEN', 'Token', 'id_token', 'password', 'Passwd', 'api', '_', '-', 'key', '--', ' ',
    ':', '=', ',', '"', "'", '\\', '://', '@', 'eyJ', 'abcdefgh12345', 'b"', '\n', '%20', 'x',
    'coo\u212aie: ', 'pa\u017f\u017fword=', 'ap\u0131key=',
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=9).map(''.join)


class ShapesTest(unittest.TestCase):
    @given(_TEXTS)
    @example('coo\u212aie: s3cret')
    @example('pa\u017f\u017fword=s3cret')
    def test_the_marks_change_nothing(self, text: str) -> None:
        expected = text
        for _, pattern, replacement in SHAPES:
            expected = re.sub(pattern, replacement, expected, flags=FLAGS)

        self.assertEqual(expected, mask_shapes(text))

    def test_each_shape_is_found_in_a_text_of_its_own(self) -> None:
        texts = (
            'Authorization: Basic s3cret', 'token="s3cret"', 'phk_s3cret', 'Bearer s3cret-s3cret',
            'eyJs3crets3cret', 'http://u:s3cret@h', 'http://u:s3/cret@h',
        )
        for text, (_, pattern, _) in zip(texts, SHAPES, strict=True):
            with self.subTest(text):
                self.assertIsNotNone(re.search(pattern, text, FLAGS))
                self.assertNotIn('cret', mask_shapes(text))

    def test_an_ordinary_error_compiles_nothing(self) -> None:
        re.purge()
        mask_shapes('Invalid credentials: not logged in to http://localhost:8000')

        self.assertEqual(0, len(sys.modules['re']._cache))  # type: ignore[attr-defined]
