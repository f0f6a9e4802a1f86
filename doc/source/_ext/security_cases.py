"""The directive ``security-cases``: each case with the tests that prove it.

A test names its cases in its own name (``test_case_12_13_...``), so the table
is read from the tests and can't promise what no test holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
LIST = HERE.parents[1] / 'security-cases.txt'
TESTS = HERE.parents[3] / 'tests'
_NUMBERS = re.compile(r'case_(\d+(?:_(?:and_)?\d+)*)(?![^_])')


@dataclass(frozen=True)
class Case:
    """One line of the list.

    :param number: as tests name it
    :param group: the heading it stands under
    :param title: what happens
    :param unproven: what no test here can show; empty if nothing
    """

    number: int
    group: str
    title: str
    unproven: str


def read_cases(path: Path = LIST) -> list[Case]:
    """Return the cases of the list, in its order."""
    group, found = '', []
    for line in path.read_text(encoding='utf-8').splitlines():
        if line.startswith('['):
            group = line.strip('[]')
        elif line and not line.startswith('#'):
            number, title, unproven = (part.strip() for part in line.split('|'))
            found.append(Case(int(number), group, title, unproven))
    return found


def read_proofs(tests: Path = TESTS) -> dict[int, list[str]]:
    """Return for each number the tests that name it, as ``module.Class.method``."""
    proofs: dict[int, list[str]] = {}
    for path in sorted(tests.rglob('test_*.py')):
        module = '.'.join(path.relative_to(tests.parent).with_suffix('').parts)
        for name, numbers in _named_cases(path):
            for number in numbers:
                proofs.setdefault(number, []).append(f'{module}.{name}')
    return proofs


def _named_cases(path: Path) -> Iterator[tuple[str, list[int]]]:
    for kind in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        for method in kind.body if isinstance(kind, ast.ClassDef) else ():
            name = getattr(method, 'name', '')
            found = _NUMBERS.search(name) if name.startswith('test_') else None
            if found:
                yield f'{kind.name}.{name}', [int(n) for n in re.findall(r'\d+', found[1])]


def table_lines(cases: list[Case], proofs: dict[int, list[str]]) -> Iterator[str]:
    """Return the table as reStructuredText, a table for each group."""
    for group in dict.fromkeys(case.group for case in cases):
        yield from ('', f'.. rubric:: {group}', '', '.. list-table::', '   :header-rows: 1')
        yield from ('   :widths: 5 35 60', '', '   * - Case', '     - What happens', '     - Tests')
        for case in (case for case in cases if case.group == group):
            yield from _row(case, proofs.get(case.number, []))
    yield ''


def _row(case: Case, tests: list[str]) -> Iterator[str]:
    yield f'   * - {case.number}'
    yield f'     - {case.title}'
    remark = [f'*Not provable here:* {case.unproven}.'] if case.unproven else []
    names = [f'``{test.removeprefix("tests.")}``' for test in tests]
    first, *rest = [*remark, *names] or ['**no test**']
    yield f'     - | {first}'
    yield from (f'       | {line}' for line in rest)


def setup(app: Any) -> dict[str, bool]:
    """Register the directive, as Sphinx asks."""
    from docutils import nodes
    from docutils.parsers.rst import Directive
    from docutils.statemachine import StringList

    class SecurityCases(Directive):
        def run(self) -> list[nodes.Node]:
            lines = list(table_lines(read_cases(), read_proofs()))
            holder = nodes.container()
            self.state.nested_parse(StringList(lines, source=str(LIST)), 0, holder)
            return holder.children

    app.add_directive('security-cases', SecurityCases)
    return {'parallel_read_safe': True}
