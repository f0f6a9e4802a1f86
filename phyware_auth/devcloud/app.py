"""The Flask application, put together.

Layer: devcloud; no view and no rule of its own.
"""

from __future__ import annotations

from flask import Flask, request

from phyware_auth.devcloud import (
    api,
    metadata,
    oauth_server,
    oauth_views,
    pages,
    problems,
    security,
)
from phyware_auth.devcloud.cloud import EXTENSION, Devcloud
from phyware_auth.devcloud.settings import MAX_BODY


def create_app(devcloud: Devcloud) -> Flask:
    """Return the WSGI application of one devcloud."""
    app = Flask('phyware_auth.devcloud')
    app.secret_key = devcloud.seeded.secret
    app.config['MAX_CONTENT_LENGTH'] = MAX_BODY
    app.config['MAX_FORM_MEMORY_SIZE'] = MAX_BODY
    app.extensions[EXTENSION] = devcloud
    app.extensions[oauth_views.SERVER] = oauth_server.create_oauth_server(app)
    app.before_request(lambda: _count(devcloud))
    security.install(app, devcloud.port)
    problems.install(app)
    for blueprint in (
        metadata.blueprint, oauth_views.blueprint, api.userinfo_blueprint, api.blueprint,
        *pages.BLUEPRINTS,
    ):
        app.register_blueprint(blueprint)
    return app


def _count(devcloud: Devcloud) -> None:
    rule = request.url_rule.rule if request.url_rule is not None else 'unknown'
    devcloud.counters.add(f'{request.method} {rule}')
