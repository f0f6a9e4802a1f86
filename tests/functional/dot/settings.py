"""Settings of the test server; what differs from run to run is in the environment.

Layer: test fixture, read by Django only.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def _new_rsa_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode('ascii')


HERE = Path(__file__).parent
DATA = Path(os.environ['DOT_DATA'])
URL = os.environ['DOT_URL']
METADATA_AT_ROOT = os.environ['DOT_METADATA_AT_ROOT'] == '1'

SECRET_KEY = os.urandom(32).hex()
ALLOWED_HOSTS = ['127.0.0.1']
ROOT_URLCONF = 'tests.functional.dot.urls'
INSTALLED_APPS = [
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.sessions',
    'oauth2_provider',
]
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
]
TEMPLATES = [
    {
        'BACKEND': 'django.template.backends.django.DjangoTemplates',
        'DIRS': [HERE / 'templates'],
        'APP_DIRS': True,
        'OPTIONS': {
            'context_processors': [
                'django.template.context_processors.request',
                'django.contrib.auth.context_processors.auth',
            ]
        },
    }
]
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.sqlite3',
        'NAME': DATA / 'db.sqlite3',
        'OPTIONS': {'timeout': 30, 'transaction_mode': 'IMMEDIATE'},
    }
}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
# Fast and weak: a real one costs a third of a second for each sign-in.
PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']
LOGIN_URL = '/accounts/login/'
LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'handlers': {'console': {'class': 'logging.StreamHandler'}},
    'root': {'handlers': ['console'], 'level': 'WARNING'},
}

OAUTH2_PROVIDER = {
    'SCOPES': {
        'openid': 'Know who you are',
        'email': 'Read your e-mail address',
        'read': 'Read robots',
    },
    'OIDC_ENABLED': True,
    'OIDC_RSA_PRIVATE_KEY': _new_rsa_key(),
    'OAUTH2_VALIDATOR_CLASS': 'tests.functional.dot.claims.EmailValidator',
    'OAUTH_DEVICE_VERIFICATION_URI': f'{URL}/device/',
    'OAUTH_DEVICE_VERIFICATION_URI_COMPLETE': f'{URL}/device/?user_code={{user_code}}',
    'DEVICE_FLOW_INTERVAL': 1,
    'ROTATE_REFRESH_TOKEN': True,
    'REFRESH_TOKEN_REUSE_PROTECTION': True,
}
