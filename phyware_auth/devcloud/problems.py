"""Errors as the three kinds of reader want them: API, OAuth and a person.

Layer: devcloud, the one place where an exception becomes an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, NotFound

from phyware.errors import Validation

_CODES = {401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 409: 'CONFLICT',
          410: 'NOT_FOUND', 429: 'RATE_LIMITED'}
_TITLES = {400: 'Bad request', 401: 'Not signed in', 403: 'Not allowed', 404: 'Not found',
           405: 'Method not allowed', 413: 'Too large', 429: 'Too many requests',
           503: 'Out of order'}


class Problem(Exception):
    """An answer of the API that is an error.

    :param status: the HTTP status
    :param detail: one sentence for a person; never a secret
    :param code: the member ``code``; that of the status when None
    """

    def __init__(
        self, status: int, detail: str, code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or _code_of(status)
        self.headers = dict(headers or {})

    def as_response(self) -> Response:
        """Return the RFC 9457 document."""
        body = {
            'type': 'about:blank', 'title': _TITLES.get(self.status, 'Error'),
            'status': self.status, 'detail': self.detail, 'code': self.code,
        }
        response = jsonify(body)
        response.status_code = self.status
        response.mimetype = 'application/problem+json'
        response.headers.update(self.headers)
        return response


def _code_of(status: int) -> str:
    return _CODES.get(status) or ('SERVER' if status >= 500 else 'VALIDATION')


def is_oauth(path: str) -> bool:
    """Tell whether errors at ``path`` are those of RFC 6749 section 5.2."""
    return path.startswith('/oauth/') and path != '/oauth/userinfo'


def is_page(path: str) -> bool:
    """Tell whether a person reads what is at ``path``."""
    return not path.startswith(('/oauth/', '/api/', '/.well-known/'))


def oauth_error(error: str, description: str, status: int = 400) -> Response:
    """Return an OAuth error document (RFC 6749 section 5.2)."""
    response = jsonify({'error': error, 'error_description': description})
    response.status_code = status
    return response


def error_response(status: int, detail: str) -> Response:
    """Return an error in the form that the reader of this path expects."""
    if is_oauth(request.path):
        return oauth_error('server_error' if status >= 500 else 'invalid_request', detail, status)
    if not is_page(request.path):
        return Problem(status, detail).as_response()
    title = _TITLES.get(status, 'Something went wrong')
    page = render_template('error.html', title=title, detail=detail, status=status)
    return Response(page, status)


def install(app: Flask) -> None:
    """Make ``app`` answer every exception in the form of its path."""
    app.register_error_handler(Problem, lambda problem: problem.as_response())
    app.register_error_handler(Validation, lambda error: error_response(400, error.message))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, lambda _error: error_response(500, 'The server failed'))


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    detail = error.description or error.name
    if status == 404 and detail == NotFound.description:
        detail = 'Nothing is at this address'
    response = error_response(status, detail)
    if 'Allow' in (original := error.get_response()).headers:
        response.headers['Allow'] = original.headers['Allow']
    return response
