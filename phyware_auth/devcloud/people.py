"""Who is who: users and the check of a password.

Layer: devcloud, queries over one database session.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phyware_auth.devcloud import codes
from phyware_auth.devcloud.models import User

# Compared with when there is no such user, so that both answers take as long.
_NOBODY = codes.digest(codes.new_secret('none_'))


def find_user(session: Session, name: str) -> User | None:
    """Return the user with this e-mail address (any case) or id."""
    wanted = User.email == name.strip().lower()
    return session.scalar(select(User).where(wanted | (User.id == name)))


def user_with_password(session: Session, email: str, password: str) -> User | None:
    """Return the user if the password is right."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    stored = user.password_hash if user and user.password_hash else _NOBODY
    right = codes.is_secret_of(stored, password)
    return user if right and user is not None and user.password_hash else None
