"""The console script.

Layer: framework; imports next to nothing until it knows that it must.  There is
no ``from __future__`` here, nor in what the fast path imports: it is a module
that has to be found and read like any other (performance.md, P1 to P3).
"""

import os
import sys


def main() -> int:
    """Run the process's command line and return the exit status."""
    try:
        return _left(_main(sys.argv[1:]))
    except KeyboardInterrupt:
        # During the imports and in a fast function nobody else reports it.
        return _interrupted()


def _interrupted() -> int:
    try:
        os.write(2, b'Interrupted\n')
    except OSError:
        return 130
    return 130


def _left(status: int) -> int:
    """Return ``status``, or end the process with it if a call was left behind.

    Python ends such a thread in the middle of whatever it does, and Rust, of
    which keyring backends are made too, then aborts the process (case 22).
    """
    deadline = sys.modules.get('phyware.deadline')
    if deadline is not None:
        import threading

        if any(thread.name == deadline.THREAD for thread in threading.enumerate()):
            _end(status)
    return status


def _end(status: int) -> None:
    import atexit

    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(status)


def _main(argv: list[str]) -> int:
    if argv == ['--version'] and _shown_version():
        return 0
    _drop_broken_pager()
    from phyware.fast.run import run

    # Without a word it is the shell's turn, which declines where nobody sits.
    status, states = run(argv or ['shell'], os.environ)
    if status is not None:
        if argv not in ([], ['shell']):
            # Taking a keyring's modules apart costs a tenth of reading a token of it.
            _end(status)
        return status
    status = _whole(argv, states)
    if not states:
        _write_index()
    return status


def _drop_broken_pager() -> None:
    """Empty a ``PAGER`` that is no command line: cliff's pager library fails on it at import."""
    pager = os.environ.get('PAGER', '')
    if any(char in pager for char in '"\'\\'):
        import shlex

        try:
            shlex.split(pager)
        except ValueError:
            os.environ['PAGER'] = ''


def _whole(argv: list[str], states: str) -> int:
    import gc

    # What modules are made of lives until the end: collecting in between finds
    # nothing, and the collection at exit need not look at it again (38 of 303 Mi).
    gc.disable()
    if argv[:1] == ['completion'] and argv[2:] == ['--candidates']:
        return _tab(argv[1])
    from phyware.app import main as app_main

    gc.freeze()
    gc.enable()
    return app_main(index_states=states)


def _shown_version() -> bool:
    from phyware import __version__
    from phyware.fast.files import write_out

    return write_out(f'phyware {__version__}\n')


def _write_index() -> None:
    """Make the next start faster; whatever is in the way of that is no failure of this one.

    Nor is Ctrl-C: what was asked for is done.
    """
    try:
        from phyware.fast.build import write_index

        write_index(os.environ)
    except (Exception, KeyboardInterrupt):  # noqa: BLE001
        return


def _tab(shell: str) -> int:
    """Answer a shell's Tab as the command would, without its half of the start."""
    from phyware.children import keep_key_from_children
    from phyware.completion.shells import SHELLS
    from phyware.completion.tab import main as tab_main
    from phyware.context import Context

    context = Context.from_system()
    keep_key_from_children()
    return tab_main(shell, context) if shell in SHELLS else 4
