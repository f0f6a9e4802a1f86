"""Run the test server on a listening socket that the parent process made.

Layer: test fixture.  The address is known before the settings are read, and no
other process can take the port in between.
"""

from __future__ import annotations

import os
import socket
import sys


def main(descriptor: int) -> None:
    """Prepare the database, then serve until the process is ended.

    :param descriptor: file descriptor of a bound and listening TCP socket
    """
    import django  # type: ignore[import-untyped]
    import waitress

    os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.functional.dot.settings'
    django.setup()
    from tests.functional.dot.prepare import prepare
    from tests.functional.dot.wsgi import application

    prepare(os.environ)
    waitress.serve(application, sockets=[socket.socket(fileno=descriptor)], threads=8)


if __name__ == '__main__':
    main(int(sys.argv[1]))
