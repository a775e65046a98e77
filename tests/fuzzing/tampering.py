"""Ways to spoil a file: its bytes, its words, its tree, its packed parts."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

from tests.web.naughty import NAUGHTY
from workflow.catalogue.source import compose

LOOSE = (
    *(b"\0", b"\xff\xfe", b"\x80", b"\r", b"\n", b'"', b"'", b"&a ", b"*a", b"!!python/name:os"),
    *(b": ", b"- ", b"[", b"]", b"{", b"}", b"<<: ", b"|\n", b"%YAML 9.9\n", b"---\n", b"\t"),
    *(b"<!DOCTYPE a>", b"PK\x03\x04", b"\xe2\x80\xae", b"9" * 400, b"1e999", b";", b"=cmd|1"),
)
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, 1e308, float("nan"), "", [], {}, [[]], {"": None}, [None]),
    *({"a": {"b": {"c": []}}}, "2026-02-30", "99999 working days", "0x1F", {"pt-BR": 7}),
)


def bytes_spoilt(random: Random, content: bytes) -> bytes:
    """Change, cut, repeat or move some bytes."""
    spoilt = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(spoilt) + 1)
        match random.randrange(6):
            case 0:
                spoilt[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                spoilt[at:at] = random.choice(LOOSE)
            case 2:
                del spoilt[at : at + random.choice((1, 4, 60, len(spoilt)))]
            case 3:
                spoilt[at:at] = spoilt[at : at + random.choice((1, 30, 3000))]
            case 4:
                spoilt[at : at + 4] = struct.pack("<I", random.choice((0, 1, 2**31, 2**32 - 1)))
            case _:
                text = random.choice(NAUGHTY).encode("utf-8", "surrogatepass")
                spoilt[at:at] = text[:5000]
    return bytes(spoilt)


def bomb(random: Random) -> bytes:
    """Write a small text that unfolds without end, or is nested beyond measure."""
    many = random.choice((30, 3_000, 100_000))
    laughs = "a: &a [x]\n" + "".join(f"{b}: &{b} [{f'*{a},' * 9}]\n" for a, b in pairwise("abcdef"))
    merged = "a: &a {x: 1}\nkey: {<<: [" + "*a," * many + "]}\n"
    return random.choice(
        (
            laughs,
            merged,
            "[" * many,
            "{a: " * many,
            "- " * many,
            "? " * many,
            "key: " + "9" * many,
            "key: " + "a" * many,
            "key: !!binary " + "A" * many,
            "'" * many,
            "".join(f"k{n}: {{}}\n" for n in range(many)),
            "#" * many,
        )
    ).encode()[:1_100_000]


def tree_spoilt(random: Random, content: bytes) -> bytes:
    """Change the tree of a YAML file here and there and write it anew, as JSON, which is YAML."""
    tree = compose(content.decode()).data
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        tree = _changed(random, tree)
    return json.dumps(tree, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _changed(random: Random, tree: Any) -> Any:
    """Change something in a tree, the deeper the likelier."""
    if not isinstance(tree, dict | list) or not tree or random.random() < 0.08:
        return _odd(random, tree)
    place = random.choice([*tree]) if isinstance(tree, dict) else random.randrange(len(tree))
    if random.random() < 0.75:
        tree[place] = _changed(random, tree[place])
        return tree
    other = random.choice([*tree]) if isinstance(tree, dict) else random.randrange(len(tree))
    match random.randrange(4):
        case 0:
            del tree[place]
        case 1:
            tree[place] = _odd(random, tree[place])
        case 2 if isinstance(tree, dict):
            tree[random.choice(NAUGHTY)[:200] or "x"] = tree.pop(place)
        case 2 if isinstance(tree, list):
            tree.insert(random.randrange(len(tree) + 1), _copy(tree[place]))
        case _:
            tree[place] = _copy(tree[other])
    return tree


def _odd(random: Random, value: Any) -> Any:
    match random.randrange(5):
        case 0:
            return random.choice(NAUGHTY)[:2000].replace("\ud800", "")
        case 1:
            return [value] * random.choice((0, 1, 3))
        case 2:
            return {"is": value, "or": [value]}
        case 3:
            return nested(value, random.choice((3, 30, 300)))
        case _:
            return _copy(random.choice(ODD))


def _copy(value: Any) -> Any:
    """Copy what JSON can say, however deep: `deepcopy` goes no further than some hundred levels."""
    return json.loads(json.dumps(value))


def nested(value: Any, deep: int) -> Any:
    """Put a value into lists and mappings, so many of them."""
    for n in range(deep):
        value = [value] if n % 2 else {"any": value}
    return value


def archive_spoilt(random: Random, content: bytes) -> bytes:
    """Pack an archive anew with some of its parts or their names spoilt."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as packed:
        parts = given.infolist()
        chosen = random.randrange(len(parts))
        for n, part in enumerate(parts):
            body, name = given.read(part), part.filename
            if n == chosen and random.random() < 0.8:
                body = bytes_spoilt(random, body)
            elif n == chosen:
                name = random.choice(("../" + name, name.upper(), "a" * 300, "é\u202e" + name, "x"))
            kind = random.choice(
                (zipfile.ZIP_DEFLATED,) * 40 + (zipfile.ZIP_STORED, zipfile.ZIP_LZMA)
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                packed.writestr(name, body, compress_type=kind)
    return made.getvalue()


def spoilt(random: Random, content: bytes, *ways: Callable[[Random, bytes], bytes]) -> bytes:
    """Spoil a file in one of some ways, sometimes its bytes besides."""
    way = random.choice((bytes_spoilt, *ways))
    found = way(random, content)
    return bytes_spoilt(random, found) if random.random() < 0.15 else found
