"""The directives ``security-cases`` and ``cliff-traps``: each with the tests that prove it.

A test names what it proves in its own name (``test_case_12_13_...``,
``test_trap_r3_...``), so the table is read from the tests and can't promise
what no test holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
TESTS = HERE.parents[3] / 'tests'
KINDS = {'case': 'security-cases', 'trap': 'cliff-traps'}


@dataclass(frozen=True)
class Case:
    """One line of the list.

    :param number: as tests name it, ``12`` or ``R3``
    :param group: the heading it stands under
    :param title: what happens
    :param unproven: what no test here can show; empty if nothing
    """

    number: str
    group: str
    title: str
    unproven: str


def list_path(kind: str) -> Path:
    """Return the file that lists the cases or the traps."""
    return HERE.parents[1] / f'{KINDS[kind]}.txt'


def read_cases(kind: str) -> list[Case]:
    """Return the cases of the list, in its order.

    :param kind: ``case`` or ``trap``
    """
    group, found = '', []
    for line in list_path(kind).read_text(encoding='utf-8').splitlines():
        if line.startswith('['):
            group = line.strip('[]')
        elif line and not line.startswith('#'):
            number, title, unproven = (part.strip() for part in line.split('|'))
            found.append(Case(number, group, title, unproven))
    return found


def read_proofs(kind: str, tests: Path = TESTS) -> dict[str, list[str]]:
    """Return for each number the tests that name it, as ``module.Class.method``."""
    pattern = re.compile(rf'{kind}_(r?\d+(?:_(?:and_)?r?\d+)*)(?![^_])')
    proofs: dict[str, list[str]] = {}
    for path in sorted(tests.rglob('test_*.py')):
        module = '.'.join(path.relative_to(tests.parent).with_suffix('').parts)
        for name, numbers in _named(path, pattern):
            for number in numbers:
                proofs.setdefault(number, []).append(f'{module}.{name}')
    return proofs


def _named(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
    for kind in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        for method in kind.body if isinstance(kind, ast.ClassDef) else ():
            name = getattr(method, 'name', '')
            found = pattern.search(name) if name.startswith('test_') else None
            if found:
                yield f'{kind.name}.{name}', re.findall(r'R?\d+', found[1].upper())


def table_lines(cases: list[Case], proofs: dict[str, list[str]]) -> Iterator[str]:
    """Return the table as reStructuredText, a table for each group."""
    for group in dict.fromkeys(case.group for case in cases):
        yield from ('', f'.. rubric:: {group}', '', '.. list-table::', '   :header-rows: 1')
        yield from ('   :widths: 5 35 60', '', '   * - No.', '     - What happens', '     - Tests')
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
    """Register the directives, as Sphinx asks."""
    from docutils import nodes
    from docutils.parsers.rst import Directive
    from docutils.statemachine import StringList

    def directive(kind: str) -> type[Directive]:
        class Proofs(Directive):
            def run(self) -> list[nodes.Node]:
                lines = list(table_lines(read_cases(kind), read_proofs(kind)))
                holder = nodes.container()
                self.state.nested_parse(StringList(lines, source=kind), 0, holder)
                return holder.children

        return Proofs

    for kind, name in KINDS.items():
        app.add_directive(name, directive(kind))
    return {'parallel_read_safe': True}
