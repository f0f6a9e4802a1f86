"""The discovery documents (RFC 8414 and OpenID Connect Discovery).

Layer: devcloud, one Flask view.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.grants import CLIENT_METHODS
from phyware_auth.devcloud.oauth_views import GRANTS
from phyware_auth.devcloud.settings import SCOPES
from phyware_auth.devcloud.urls import origin

blueprint = Blueprint('metadata', __name__, url_prefix='/.well-known')


@blueprint.get('/oauth-authorization-server')
@blueprint.get('/openid-configuration')
def document() -> Response:
    """Say where everything is; the faults leave endpoints out."""
    base = origin()
    found: dict[str, object] = {
        'issuer': base,
        'token_endpoint': f'{base}/oauth/token',
        'device_authorization_endpoint': f'{base}/oauth/device',
        'revocation_endpoint': f'{base}/oauth/revoke',
        'userinfo_endpoint': f'{base}/oauth/userinfo',
        'phycloud_sessions_endpoint': f'{base}/api/v1/sessions',
        'scopes_supported': list(SCOPES),
        'response_types_supported': [],
        'grant_types_supported': list(GRANTS),
        'token_endpoint_auth_methods_supported': CLIENT_METHODS,
        'revocation_endpoint_auth_methods_supported': CLIENT_METHODS,
    }
    for fault, member in _LEFT_OUT.items():
        if cloud.faults.on(fault):
            del found[member]
    return jsonify(found)


_LEFT_OUT = {
    'no-revocation': 'revocation_endpoint',
    'no-sessions-endpoint': 'phycloud_sessions_endpoint',
    'no-device-endpoint': 'device_authorization_endpoint',
}
