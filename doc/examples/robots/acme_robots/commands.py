"""``phyware robots list`` and ``phyware robots show``."""

from __future__ import annotations

import argparse
from typing import Any
from urllib.parse import quote

from phyware.argtypes import positive
from phyware.command import Example, Lister, ShowOne
from phyware.errors import Forbidden, NotFound, Unauthorized
from phyware.paging import items

PATH = '/api/v1/robots'
FIELDS = {
    'id': 'Identifier',
    'name': 'Name',
    'model': 'Model',
    'status': 'idle, moving, working, charging, fault or offline',
}


class List(Lister):
    """List robots"""

    examples = (
        Example('phyware robots list', 'See all robots'),
        Example('phyware robots list --limit 2 -o csv', 'The first two, for a spreadsheet'),
    )
    output_fields = FIELDS
    scopes = ('robots:read',)
    errors = (Unauthorized, Forbidden)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --limit."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--limit', type=positive, metavar='N', help='stop after N robots; all if not given'
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the columns, and the rows page by page."""
        robots = items(self.cloud, PATH, 'robots', limit=parsed_args.limit)
        return tuple(FIELDS), (row(robot) for robot in robots)


class Show(ShowOne):
    """Show one robot"""

    examples = (Example('phyware robots show rob_0atlas', 'See one robot'),)
    output_fields = FIELDS
    scopes = ('robots:read',)
    errors = (Unauthorized, Forbidden, NotFound)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with ID."""
        parser = super().get_parser(prog_name)
        parser.add_argument('id', metavar='ID', help='identifier of the robot')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the fields and their values."""
        robot = self.cloud.get(f'{PATH}/{quote(parsed_args.id, safe="")}').json_object()
        return tuple(FIELDS), row(robot)


def row(robot: Any) -> tuple[Any, ...]:
    """Return the values of one robot, in the order of the columns."""
    return tuple(robot.get(name) for name in FIELDS)
