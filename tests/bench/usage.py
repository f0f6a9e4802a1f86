"""Run a command and write what it took as JSON: ``usage.py OUT COMMAND ...``.

Imports next to nothing and is started with ``-I -S``: the peak memory that Linux
reports for a child is never less than what its parent held when it forked.
"""

import os
import sys
from time import perf_counter


def main() -> None:
    """Write seconds, CPU seconds and peak KiB; the command inherits the streams."""
    out, command = sys.argv[1], sys.argv[2:]
    start = perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    seconds = perf_counter() - start
    with open(out, 'w', encoding='ascii') as file:
        file.write(
            f'{{"status": {os.waitstatus_to_exitcode(status)}, "seconds": {seconds}, '
            f'"cpu": {used.ru_utime + used.ru_stime}, "peak": {used.ru_maxrss}}}'
        )


if __name__ == '__main__':
    main()
