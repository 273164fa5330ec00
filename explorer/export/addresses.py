"""Addresses of databases: which texts are one, and how they are shown without their password."""

from __future__ import annotations

import re
from typing import Final

SCHEMES: Final = ("postgresql", "postgres")
# All up to the last @ may be user and password: a password with / or @ in it, wrongly written as it is, must not be shown
# as part of a host or path.
_USER_AND_PASSWORD: Final = re.compile(r"^(\w+://[^:/?#@]*):.*@", re.DOTALL)
_PASSWORD_SETTING: Final = re.compile(r"([?&]\w*password=)[^&]*", re.IGNORECASE)


def is_postgres_address(text: str) -> bool:
    """Whether a text is the address of a PostgreSQL database: ``postgresql://…``.

    Examples
    --------
    >>> is_postgres_address("postgresql://localhost/towns"), is_postgres_address("towns.gpkg")
    (True, False)
    """
    scheme, separator, _ = text.partition("://")
    return bool(separator) and scheme.lower() in SCHEMES


def without_password(address: str) -> str:
    """The address as it may be shown: a password in it, before the host or among the settings, becomes ``***``.

    Examples
    --------
    >>> without_password("postgresql://me:secret@db.example/towns?sslmode=require")
    'postgresql://me:***@db.example/towns?sslmode=require'
    >>> without_password("postgresql://me:se/cr@t@db.example/towns")
    'postgresql://me:***@db.example/towns'
    """
    return _PASSWORD_SETTING.sub(r"\1***", _USER_AND_PASSWORD.sub(r"\1:***@", address))
