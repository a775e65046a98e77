"""The providers of identity that an installation trusts, as a file describes them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validate

from workflow.core.offices import Post

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ADMINISTRATOR: Final = "administrator"
"""What is demanded of who administers the installation, beside the posts in agencies."""
OURS: Final = "TRAMITA_"
"""How the variables begin that are settings themselves."""
KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")


class ProvidersUnfitError(ValueError):
    """The file of providers cannot be used: it says where and why."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody else who says who people are, and what is believed of it."""

    key: str
    """Its name in addresses."""
    title: str
    """Its name on buttons."""
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ("openid", "email")
    acr_values: tuple[str, ...] = ()
    """What kinds of proof it is asked for, the most wanted first."""
    level_claim: str = "acr"
    """Where it says how well it knows the person; dots lead into what is nested."""
    levels: tuple[str, ...] = ()
    """What it may say there, from the least to the most."""
    least_level: str = ""
    least_level_of: Mapping[str, str] = field(default_factory=dict)
    """The least level of who holds a post, or administers the installation."""
    second_factor: frozenset[str] = frozenset()
    """What in `amr`, `acr` or the level says that more than a password was shown."""
    links_invited: bool = False
    """Whether who was invited by an address may come in by it, once it has been verified."""
    untyped_farewells: bool = False
    """Whether its word that somebody has left is believed though it does not call itself that."""
    farewells_also_to: frozenset[str] = frozenset()
    """Other clients of it for whom such a word may be meant besides us."""

    def least_for(self, posts: Collection[str]) -> str:
        """Return the least level of whoever holds some posts; empty where none is asked."""
        asked = [self.least_level, *(self.least_level_of.get(post, "") for post in posts)]
        return max((one for one in asked if one), key=self.levels.index, default="")

    def reaches(self, level: str, least: str) -> bool:
        """Say whether a level is high enough; one that is not known never is."""
        if not least:
            return True
        return level in self.levels and self.levels.index(level) >= self.levels.index(least)


def _is_address(text: str) -> None:
    parts = urlsplit(text)
    here = parts.hostname in LOOPBACK
    if not parts.hostname or parts.scheme not in ({"https", "http"} if here else {"https"}):
        raise ValidationError("is not an address that begins with https://")
    if parts.query or parts.fragment:
        raise ValidationError("is more than an address")


_POSTS: Final = (*(post.value for post in Post), ADMINISTRATOR)


class _ProviderSchema(Schema):
    title = fields.String(required=True, validate=validate.Length(1, 40))
    issuer = fields.String(required=True, validate=_is_address)
    client_id = fields.String(required=True, validate=validate.Length(min=1))
    client_secret_file = fields.String()
    client_secret_variable = fields.String()
    scopes = fields.List(fields.String())
    acr_values = fields.List(fields.String())
    level_claim = fields.String()
    levels = fields.List(fields.String(validate=validate.Length(min=1)))
    least_level = fields.String()
    least_level_of = fields.Dict(
        keys=fields.String(validate=validate.OneOf(_POSTS)), values=fields.String()
    )
    second_factor = fields.List(fields.String())
    links_invited = fields.Boolean()
    untyped_farewells = fields.Boolean()
    farewells_also_to = fields.List(fields.String(validate=validate.Length(min=1)))


def read_providers(path: Path, environ: Mapping[str, str]) -> tuple[Provider, ...]:
    """Read the providers of a file and their secrets; raise `ProvidersUnfitError`."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProvidersUnfitError(f"{path} cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProvidersUnfitError(f"{path} is not TOML ({error})") from None
    found = tuple(_provider(key, table, environ) for key, table in tables.items())
    if len({one.issuer for one in found}) != len(found):
        raise ProvidersUnfitError("one issuer stands there twice")
    return found


def _provider(key: str, table: object, environ: Mapping[str, str]) -> Provider:
    if not isinstance(table, dict) or not KEY.fullmatch(key):
        raise ProvidersUnfitError(f"[{key}]: is not a table with a name of small letters")
    try:
        given: dict[str, Any] = _ProviderSchema().load(table)
    except ValidationError as error:
        raise ProvidersUnfitError(f"[{key}]: {error.messages}") from None
    secret = _secret(key, given, environ)
    listed = {k: tuple(v) for k, v in given.items() if isinstance(v, list)}
    sets = ("second_factor", "farewells_also_to")
    named = {name: frozenset(given.get(name, ())) for name in sets}
    made = Provider(key=key, client_secret=secret, **{**given, **listed, **named})
    if "openid" not in made.scopes:
        raise ProvidersUnfitError(f"[{key}]: openid is missing among the scopes")
    demanded = {made.least_level, *made.least_level_of.values()} - {""}
    if strange := demanded - {*made.levels}:
        raise ProvidersUnfitError(f"[{key}]: {sorted(strange)} are none of its levels")
    return made


def _secret(key: str, given: dict[str, Any], environ: Mapping[str, str]) -> str:
    """Take the secret from where it is said to be, which is never the file itself."""
    file, variable = given.pop("client_secret_file", ""), given.pop("client_secret_variable", "")
    if variable.startswith(OURS):
        raise ProvidersUnfitError(f"[{key}]: the variables that begin with {OURS} are settings")
    try:
        secret = Path(file).read_text(encoding="utf-8") if file else environ.get(variable, "")
    except OSError as error:
        raise ProvidersUnfitError(f"[{key}]: {file} cannot be read ({error.strerror})") from None
    if not secret.strip():
        raise ProvidersUnfitError(f"[{key}]: client_secret_file or client_secret_variable is empty")
    return secret.strip()
