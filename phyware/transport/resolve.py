"""Name lookup that ends in time.

Layer: framework, sockets only.  ``getaddrinfo`` has no timeout and can't be
interrupted, not even by Ctrl-C; a thread waits for it here.
"""

from __future__ import annotations

import socket
import threading


def lookup(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of ``host`` in the resolver's order.

    :raises TimeoutError: no answer within ``seconds``
    :raises OSError: ``socket.gaierror``, also for a name without an address
    """
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            failed.append(error)
        except UnicodeError:
            failed.append(socket.gaierror(socket.EAI_NONAME, 'not a host name'))
        else:
            found.extend(dict.fromkeys(str(address[4][0]) for address in answers))

    # A daemon: the program may end while the resolver is still trying.
    thread = threading.Thread(target=ask, name='lookup', daemon=True)
    thread.start()
    thread.join(seconds)
    # Before what it found: it may find that just now.
    is_late = thread.is_alive()
    if found:
        return found
    if is_late:
        raise TimeoutError('name lookup')
    raise failed[0] if failed else socket.gaierror(socket.EAI_NONAME, 'no address')
