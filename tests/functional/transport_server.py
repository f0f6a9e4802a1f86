"""Loopback servers that misbehave on purpose, and certificates for them.

Layer: test fixture.  A server runs one script per connection; the script gets
the socket and decides byte by byte what the client meets.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# A process may not get its turn for long where 200 of another test start at once.
SECONDS = 180
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'


class Connection:
    """One accepted connection, as a script sees it."""

    def __init__(self, sock: socket.socket, server: ScriptedServer) -> None:
        self._sock = sock
        self._server = server
        self._buffer = b''

    def read_request(self) -> bytes:
        """Return the next request, b'' once the client has hung up."""
        while b'\r\n\r\n' not in self._buffer and self._fill():
            pass
        head, _, self._buffer = self._buffer.partition(b'\r\n\r\n')
        length = _content_length(head)
        while len(self._buffer) < length and self._fill():
            pass
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        request = head + b'\r\n\r\n' + body if head else b''
        if request:
            self._server.requests.append(request)
        return request

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def drip(self, data: bytes) -> None:
        """Send ``data`` byte by byte until the test is over."""
        for byte in data:
            self.send(bytes([byte]))
            if self._server.stopped.wait(0.05):
                return

    def pour(self, data: bytes) -> None:
        """Send ``data`` again and again until the client hangs up."""
        while not self._server.stopped.is_set():
            self.send(data)

    def hang(self) -> None:
        """Say nothing until the test is over."""
        self._server.stopped.wait()

    def relay(self, port: int) -> None:
        """Pass bytes to and from a port of this machine, as a proxy does."""
        with socket.create_connection(('127.0.0.1', port)) as target:
            back = threading.Thread(target=_pump, args=(target, self._sock), daemon=True)
            back.start()
            _pump(self._sock, target)
            back.join(SECONDS)

    def _fill(self) -> bool:
        data = self._sock.recv(65536)
        self._buffer += data
        return bool(data)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b'\r\n'):
        if line.startswith(b'content-length:'):
            return int(line.partition(b':')[2])
    return 0


Script = Callable[[Connection], None]


class ScriptedServer:
    """Accept connections on 127.0.0.1 and run ``script`` for each.

    :param tls: server-side context, for https
    """

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._accepted: list[socket.socket] = []
        self.stopped = threading.Event()
        self._begun = threading.Semaphore(0)
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.port = self._listener.getsockname()[1]
        self.url = f'{"https" if tls else "http"}://127.0.0.1:{self.port}'
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def connections(self) -> int:
        """Return how many connections were accepted."""
        return len(self._accepted)

    def settle(self, connections: int = 0) -> None:
        """Wait until the scripts have ended and their connections are closed.

        :param connections: how many must have come since the server began, or since
            this was last called: a client can be done with one before it is accepted
        """
        for _ in range(connections):
            self._begun.acquire(timeout=SECONDS)
        for thread in self._threads[1:]:
            thread.join(SECONDS)

    def close(self) -> None:
        """Stop listening, end the scripts and wait for them."""
        self.stopped.set()
        for sock in (self._listener, *self._accepted):
            # Closing alone does not wake a thread that waits in accept or recv.
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(SECONDS)

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._accepted.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()
            self._begun.release()

    def _serve(self, sock: socket.socket) -> None:
        # A client that hangs up, at any point, is what the scripts are for.
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(sock.close)
            if self._tls is not None:
                sock = stack.enter_context(self._tls.wrap_socket(sock, server_side=True))
            sock.settimeout(SECONDS)
            self._script(Connection(sock, self))


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """Give a port of 127.0.0.1 on which nobody listens, and nobody can meanwhile.

    That of a server which has ended may be another's the next moment.
    """
    with socket.socket() as held:
        held.bind(('127.0.0.1', 0))
        yield held.getsockname()[1]


def answering(*answers: bytes) -> Script:
    """Return a script that gives each request on a connection its answer.

    The last answer is repeated, for as long as the client keeps asking.
    """

    def script(connection: Connection) -> None:
        waiting = list(answers)
        while connection.read_request():
            connection.send(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return script


def once(answer: bytes) -> Script:
    """Return a script that reads one request, sends ``answer`` and hangs up."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(answer)

    return script


class Authority:
    """A certificate authority of one test's own.

    :param directory: where its files go
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Test authority')])
        builder = self._builder(self._name, self._key.public_key(), days=1)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        builder = builder.add_extension(_signing_usage(), True)
        self.bundle = directory / 'authority.pem'
        self.bundle.write_bytes(self._sign(builder))

    def server_context(self, name: str = '127.0.0.1', days: int = 1) -> ssl.SSLContext:
        """Return a server's context with a certificate for an IP address or a name.

        :param days: until it ends; negative for one that has ended
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Test server')])
        alternative = x509.SubjectAlternativeName([_general_name(name)])
        builder = self._builder(subject, key.public_key(), days).add_extension(alternative, False)
        return _server_context(self._directory, self._sign(builder), key)

    def self_signed_context(self, name: str = '127.0.0.1') -> ssl.SSLContext:
        """Return a server's context with a certificate that vouches for itself."""
        builder = self._builder(self._name, self._key.public_key(), days=1)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        alternative = x509.SubjectAlternativeName([_general_name(name)])
        certificate = self._sign(builder.add_extension(alternative, False))
        return _server_context(self._directory, certificate, self._key)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int
    ) -> x509.CertificateBuilder:
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        issuer_key = self._key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - datetime.timedelta(days=3))
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), False)
        )

    def _sign(self, builder: x509.CertificateBuilder) -> bytes:
        certificate = builder.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _signing_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _server_context(
    directory: Path, certificate: bytes, key: ec.EllipticCurvePrivateKey
) -> ssl.SSLContext:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = directory / 'server.pem'
    path.write_bytes(certificate + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
