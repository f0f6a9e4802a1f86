"""Which certificate authorities are trusted.

Layer: framework, below ``phyware.transport.wire``.  Verification can't be
switched off here or anywhere.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from phyware.errors import GenericError
from phyware.text import clean

_VARIABLES = ('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE')


def tls_context(ca_bundle: str | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return a context that trusts one bundle and verifies host names.

    An explicit bundle beats the environment, which beats certifi's; requests
    on its own lets the environment win (security case 90).

    :param ca_bundle: path of a PEM file or an OpenSSL certificate directory
    :raises GenericError: the file can't be read or holds no certificate, or the
        file of ``SSLKEYLOGFILE``, which urllib3 honours, can't be written
    """
    path, source = _chosen(ca_bundle, environ)
    context = _context()
    reason = _load(context, path)
    if reason:
        raise GenericError(
            f'the CA bundle {clean(path)} ({source}) cannot be used: {reason}',
            'Name a PEM file with the certificate of the authority',
        )
    return context


def _context() -> ssl.SSLContext:
    try:
        return create_urllib3_context()
    except OSError as error:
        reason = error.strerror or type(error).__name__
    # Raised out here, so that it is not taken for a fault of the connection.
    raise GenericError(
        f'the file of SSLKEYLOGFILE cannot be written: {reason}',
        'Unset it, unless you mean to have the keys of each connection written there',
    )


def _load(context: ssl.SSLContext, path: str) -> str | None:
    """Make ``context`` trust what is at ``path``; return why it can't be."""
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        return 'it holds no PEM certificate'
    except OSError as error:
        return error.strerror or 'it cannot be read'
    except ValueError:
        return 'that is no path'
    return None


def _chosen(ca_bundle: str | None, environ: Mapping[str, str]) -> tuple[str, str]:
    if ca_bundle:
        return ca_bundle, '--ca-bundle'
    for name in _VARIABLES:
        if environ.get(name):
            return environ[name], name
    return DEFAULT_CA_BUNDLE_PATH, 'certifi'

