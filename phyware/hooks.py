"""cliff's command hooks, by canonical name and never from a stale cache.

Layer: framework; loads the hooks of the one command that runs.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from contextlib import AbstractContextManager
from typing import Any

from cliff import command, display
from cliff.hooks import CommandHook
from stevedore import extension

from phyware.blame import PackageFailed, blamed_on, quoted_from
from phyware.errors import WrongData
from phyware.extensions import distribution_of, load_entry_point
from phyware.parsing import checked_parser
from phyware.text import clean, kind_of


def load_hooks(cmd: command.Command) -> list[extension.Extension[Any]]:
    """Return the hooks of ``cmd``, by package and name.

    :raises PackageFailed: a hook cannot be loaded.  Skipping it, as cliff does,
        would run the command without what its administrator put before it.
    """
    if not cmd.cmd_name:
        return []
    return [_extension(ep, cmd) for ep in hooks_of(cmd.app.command_manager, cmd.cmd_name)]


def hooks_of(manager: Any, name: str) -> list[importlib.metadata.EntryPoint]:
    """Return the hooks of the command ``name`` in the order they run in, not imported.

    :param manager: none of phyware's knows of none
    """
    find = getattr(manager, 'hook_entry_points', None)
    found = find(name) if find is not None else ()
    return sorted(found, key=lambda ep: (distribution_of(ep), ep.name))


def hook_label(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return what a hook is called in a message."""
    return f'the hook {clean(entry_point.name)}'


def _extension(
    entry_point: importlib.metadata.EntryPoint, cmd: command.Command
) -> extension.Extension[Any]:
    plugin = load_entry_point(entry_point)
    owner, label = distribution_of(entry_point), hook_label(entry_point)
    with blamed_on(owner, label):
        hook = plugin(command=cmd)
    if not isinstance(hook, CommandHook):
        raise PackageFailed(owner, f'{label} of the package {owner} is no CommandHook')
    return extension.Extension(entry_point.name, entry_point, plugin, NamedHook(hook, label, owner))


class NamedHook(CommandHook):
    """A hook whose failures name it, and not the command.

    :param hook: the hook itself
    :param label: what it is called in a message
    :param owner: the distribution that it comes from
    """

    def __init__(self, hook: CommandHook, label: str, owner: str) -> None:
        super().__init__(hook.cmd)
        self._hook = hook
        self._label, self._owner = label, owner

    def get_parser(self, parser: argparse.ArgumentParser) -> argparse.ArgumentParser | None:
        with blamed_on(self._owner, self._label):
            given: object = self._hook.get_parser(parser)
            # Beyond here it would be the command's own.
            return None if given is None else checked_parser(given)

    def get_epilog(self) -> str | None:
        with blamed_on(self._owner, self._label):
            text = self._hook.get_epilog()
        if text is not None and not isinstance(text, str):
            # cliff joins it to others, which fails with nobody's name.
            raise PackageFailed(
                self._owner,
                f'{self._label} of the package {self._owner} gives an epilog that is no text',
            )
        return text

    def before(self, parsed_args: argparse.Namespace) -> argparse.Namespace:
        with self._quoted():
            given: object = self._hook.before(parsed_args)
            if given is None or isinstance(given, argparse.Namespace):
                return parsed_args if given is None else given
            raise WrongData(f'before returned a {kind_of(given)}, not the parsed arguments')

    def after(self, parsed_args: argparse.Namespace, return_code: Any) -> Any:
        with self._quoted():
            given: object = self._hook.after(parsed_args, return_code)
            # What the command gave is not the hook's fault.
            if given is None or given is return_code:
                return given
            return self._answer(given)

    def _answer(self, given: object) -> object:
        """Return what takes the place of the command's own answer.

        :raises WrongData: it is no answer of this kind of command
        """
        if isinstance(self.cmd, display.DisplayCommandBase):
            from phyware.answers import answer_of  # where there are no hooks, it is not used

            return answer_of(self.cmd, given, 'after')
        if isinstance(given, int):
            return given
        raise WrongData(f'after returned a {kind_of(given)}, not an exit status')

    def _quoted(self) -> AbstractContextManager[None]:
        # What a hook ends the process with would be taken for the command's status.
        return quoted_from(self._owner, self._label, exits=False)
