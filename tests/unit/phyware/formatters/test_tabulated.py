"""The markdown, html and plain formats: values stay what they are."""

from __future__ import annotations

import unittest
from html.parser import HTMLParser

from phyware.secret import Secret
from tests.unit.phyware.formatters.support import HOSTILE, Bytes, listed, shown

_FORMATS = ('markdown', 'html', 'plain')


class Cells(HTMLParser):
    """Collects the texts of cells and the names of elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.add(tag)
        if tag in ('td', 'th'):
            self.texts.append('')

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts[-1] += data


class EveryFormatTest(unittest.TestCase):
    def test_text_that_looks_like_a_number_stays_as_it_is(self) -> None:
        for name in _FORMATS:
            with self.subTest(name):
                text = listed(name, ('A', 'B'), [('1e5', '007'), ('1_000', '0x1F')])
                for cell in ('1e5', '007', '0x1F'):
                    self.assertIn(cell, text)

    def test_values_of_other_types(self) -> None:
        for name in _FORMATS:
            with self.subTest(name):
                text = listed(name, tuple('abc'), [(['x', 'y'], Secret('pw'), Bytes(2048))])
                self.assertIn('x, y', text)
                self.assertIn('2 KiB', text)
                self.assertNotIn('pw', text)

    def test_case_79_nothing_is_left_that_a_terminal_obeys(self) -> None:
        for name in _FORMATS:
            for text in (
                listed(name, (HOSTILE,), [(HOSTILE,)]), shown(name, (HOSTILE,), (HOSTILE,))
            ):
                with self.subTest(name):
                    self.assertTrue(text.replace('\n', '').isprintable())
                    self.assertIn('x1b', text)


class MarkdownTest(unittest.TestCase):
    def test_a_list(self) -> None:
        self.assertEqual(
            '|   ID | Name   |\n|------|--------|\n|    1 | a_b    |\n|   20 |        |\n',
            listed('markdown', ('ID', 'Name'), [(1, 'a_b'), (20, None)]),
        )

    def test_one_object(self) -> None:
        self.assertEqual(
            '| Field   | Value   |\n|---------|---------|\n| ID      | 1       |\n',
            shown('markdown', ('ID',), (1,)),
        )

    def test_an_empty_list_has_its_heading(self) -> None:
        self.assertEqual('| ID   |\n|------|\n', listed('markdown', ('ID',), []))

    def test_markup_is_escaped(self) -> None:
        expected = {
            'a|b': r'a\|b', '\\|': r'\\\|', '<b>&amp;': '&lt;b&gt;&amp;amp;', '`x`': r'\`x\`',
            '[a](http://x)': r'\[a\](http://x)', '*b* ~~c~~': r'\*b\* \~\~c\~\~',
            '_i_ snake_case': r'\_i\_ snake_case',
        }
        for value, escaped in expected.items():
            with self.subTest(value):
                text = listed('markdown', (value,), [(value,)])
                self.assertEqual(2, text.count(f'| {escaped} '))


class HTMLTest(unittest.TestCase):
    def test_a_list(self) -> None:
        cells = Cells(listed('html', ('ID', 'Name'), [(1, 'a'), (2, None)]))

        self.assertEqual(['ID', 'Name', '1', 'a', '2', ''], [t.strip() for t in cells.texts])
        self.assertEqual({'table', 'thead', 'tbody', 'tr', 'th', 'td'}, cells.elements)

    def test_markup_is_escaped(self) -> None:
        attack = '<script>alert("1")</script>&lt;'

        cells = Cells(listed('html', (attack,), [(attack,)]))

        self.assertEqual([attack, attack], [text.strip() for text in cells.texts])
        self.assertNotIn('script', cells.elements)

    def test_an_empty_list_has_its_heading(self) -> None:
        self.assertEqual(['ID'], [t.strip() for t in Cells(listed('html', ('ID',), [])).texts])


class PlainTest(unittest.TestCase):
    def test_a_list(self) -> None:
        self.assertEqual(
            '  ID  Name\n   1  世界\n  20  b\n',
            listed('plain', ('ID', 'Name'), [(1, '世界'), (20, 'b')]),
        )

    def test_one_object(self) -> None:
        self.assertEqual('Field    Value\nID       1\n', shown('plain', ('ID',), (1,)))
