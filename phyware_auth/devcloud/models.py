"""The tables of a devcloud.

Layer: devcloud, SQLAlchemy declarations, with the small methods that Authlib
asks of a client or a token; no queries.  Times are seconds since 1970; of a
token, key, code or password only the digest is stored: all of them are random.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from phyware_auth.devcloud.codes import is_secret_of
from phyware_auth.devcloud.settings import DEFAULT_SCOPE

_ID = String(64)
_EMAIL = String(254)


class Base(DeclarativeBase):
    """The declarative base; double precision keeps times exact to the microsecond."""

    type_annotation_map = {float: Float(53), bool: Boolean, int: Integer}


class Instance(Base):
    """The one row that tells this cloud from another, with its signing key."""

    __tablename__ = 'instance'
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    secret: Mapped[str] = mapped_column(Text)


class User(Base):
    """A person, or the account that a confidential client acts as."""

    __tablename__ = 'users'
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    email: Mapped[str | None] = mapped_column(_EMAIL, unique=True)
    username: Mapped[str] = mapped_column(_EMAIL)
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool]


class LoginSession(Base):
    """One sign-in: the family of tokens that came from it, or a browser."""

    __tablename__ = 'sessions'
    __table_args__ = (
        Index(
            'ix_sessions_alive', 'user_id', 'created_at', 'id',
            sqlite_where=text('revoked_at IS NULL'),
            postgresql_where=text('revoked_at IS NULL'),
        ),
    )
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey('users.id'))
    client: Mapped[str] = mapped_column(_ID)
    ip: Mapped[str] = mapped_column(_ID)
    created_at: Mapped[float]
    last_seen_at: Mapped[float]
    expires_at: Mapped[float]
    revoked_at: Mapped[float | None]
    cookie_hash: Mapped[str | None] = mapped_column(_ID, unique=True)


class _Token:
    """What Authlib asks of an access or a refresh token."""

    client_id: Mapped[str]
    scope: Mapped[str]

    def check_client(self, client: Client) -> bool:
        """Tell whether the token was issued to ``client``."""
        return self.client_id == client.id

    def get_scope(self) -> str:
        """Return the scopes granted, separated by spaces."""
        return self.scope


class AccessToken(_Token, Base):
    """An access token; kept after its end so that "expired" can be said."""

    __tablename__ = 'access_tokens'
    token_hash: Mapped[str] = mapped_column(_ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey('sessions.id'), index=True)
    client_id: Mapped[str] = mapped_column(_ID)
    scope: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[float]
    revoked_at: Mapped[float | None]


class RefreshToken(_Token, Base):
    """A refresh token; ``used_at`` is set by the one request that rotates it."""

    __tablename__ = 'refresh_tokens'
    token_hash: Mapped[str] = mapped_column(_ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey('sessions.id'), index=True)
    client_id: Mapped[str] = mapped_column(_ID)
    scope: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[float]
    used_at: Mapped[float | None]
    revoked_at: Mapped[float | None]


class DeviceCode(Base):
    """A device authorization: pending, approved, denied or consumed (RFC 8628)."""

    __tablename__ = 'device_codes'
    code_hash: Mapped[str] = mapped_column(_ID, primary_key=True)
    user_code_hash: Mapped[str] = mapped_column(_ID, unique=True)
    client_id: Mapped[str] = mapped_column(_ID)
    scope: Mapped[str] = mapped_column(Text)
    ip: Mapped[str] = mapped_column(_ID)
    expires_at: Mapped[float] = mapped_column(index=True)
    interval: Mapped[int]
    polled_at: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[str | None] = mapped_column(ForeignKey('users.id'))
    session_id: Mapped[str | None] = mapped_column(ForeignKey('sessions.id'))

    def get_client_id(self) -> str:
        """Return the client that asked (Authlib)."""
        return self.client_id

    def get_scope(self) -> str:
        """Return the scopes asked for (Authlib)."""
        return self.scope


class ApiKey(Base):
    """A personal access token (PAT); ``hint`` is what a page may show of it."""

    __tablename__ = 'api_keys'
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey('users.id'), index=True)
    name: Mapped[str] = mapped_column(String(80))
    hint: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[str] = mapped_column(_ID, unique=True)
    scope: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float]
    last_used_at: Mapped[float | None]
    expires_at: Mapped[float | None]
    revoked_at: Mapped[float | None]


class Client(Base):
    """An OAuth client; without a secret it is a public one."""

    __tablename__ = 'clients'
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str | None] = mapped_column(_ID)
    grant_types: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str | None] = mapped_column(ForeignKey('users.id'))

    def get_client_id(self) -> str:
        """Return the ``client_id``."""
        return self.id

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the scopes asked for, each once, or the default ones."""
        return ' '.join(dict.fromkeys((scope or '').split())) or DEFAULT_SCOPE

    def check_client_secret(self, secret: str) -> bool:
        """Tell whether ``secret`` is the client's."""
        return self.secret_hash is not None and is_secret_of(self.secret_hash, secret)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Tell whether the client may authenticate so: with its secret, if it has one."""
        return (method == 'none') == (self.secret_hash is None)

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether the client may use this grant."""
        return grant_type in self.grant_types.split()


class Attempt(Base):
    """How often something guessable was tried in one window of time."""

    __tablename__ = 'attempts'
    bucket: Mapped[str] = mapped_column(String(320), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float] = mapped_column(index=True)


class Robot(Base):
    """A robot to show in a plugin's demo."""

    __tablename__ = 'robots'
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(16))
    site: Mapped[str] = mapped_column(String(80))
    battery_percent: Mapped[int]
