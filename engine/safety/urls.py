"""Finds what a reader could click in a text, in any of the ways that Slack, Markdown or a browser take for a link.

Works on clean text (normalise.py: NFKC without invisible characters), where full-width and split spellings are gone.
Sources: RFC 3986; WHATWG URL (the ideographic full stop is a dot in a host, a backslash a slash); RFC 3492 (punycode);
docs.slack.dev/messaging/formatting-message-text#linking-urls; CommonMark 0.31 sections 6.3 to 6.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_ADDRESS = r"[^\s<>\"`|\u2e80-\u9fff\uac00-\ud7af\u201c\u201d\u2018\u2019]"
"""One character of an address. Chinese stands after one without a space, and is no part of it."""
_HOST = r"(?:\[[0-9a-f:.%]+\]|[\w%-]+(?:[.。][\w%-]+)*\.?)"
_LINK = re.compile(
    rf"(?P<scheme>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{{0,30}}|https?):(?P<slashes>//|(?<=http:)[/\\]+|(?<=https:)[/\\]+)"
    rf"(?P<user>{_ADDRESS}{{0,300}}?@)?(?P<host>{_HOST})(?P<rest>{_ADDRESS}*)"
    rf"|(?P<dangerous>(?<![a-z0-9])(?:javascript|vbscript|data|file|blob|mailto|intent):)(?=[^\s,.;:]){_ADDRESS}+"
    rf"|(?<![a-z0-9_@.%-])(?P<bare>{_HOST})(?P<tail>(?::\d{{1,5}})?(?:[/?#]{_ADDRESS}*)?)",
    re.IGNORECASE,
)
_CHINESE_BEFORE = re.compile(r"[\u2e80-\u9fff]+(?=[a-z0-9])", re.IGNORECASE)
"""Chinese puts no space before a domain either."""
_TRAILING = ".,;:!?'*_~)]}"
_FILE_ENDINGS = frozenset({"md", "py", "sh", "rs", "pl", "so", "zip", "mov", "cc", "ps", "ai", "app", "java", "cab"})
"""Top-level domains that names of files and products end with: no link unless more of an address is there."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address at [start, end) of the text it was found in."""

    start: int
    end: int
    address: str
    host: str
    """As `host_key` spells it; the scheme where there is no host."""
    plain: bool
    """Over HTTP, with nothing in it that makes the host look like another."""
    query_at: int
    """Where query and fragment begin in `address`; its length if there are none."""


def find(text: str) -> Iterator[Link]:
    """All links of a clean text, in order."""
    at = 0
    while found := _LINK.search(text, at):
        link = _read(found)
        if link:
            yield link
        at = max(link.end if link else 0, found.start() + 1)


def host_key(host: str) -> str:
    """One spelling for one host: lower case, punycode undone, without "www." and a closing dot."""
    labels = host.replace("。", ".").rstrip(".").casefold().removeprefix("www.").split(".")
    return ".".join(_unicode(label) for label in labels)


def _read(found: re.Match[str]) -> Link | None:
    if found["dangerous"]:
        return _link(found, found[0], found["dangerous"].rstrip(":").lower(), plain=False)
    if found["bare"]:
        return _bare(found)
    host, whole = found["host"], found[0]
    if not host.startswith("["):
        host, whole = _until_domain_ends(host, whole, found.end("host") - found.start())
    plain = found["scheme"].lower() in ("http", "https") and not found["user"] and "\\" not in whole
    return _link(found, whole, host_key(host), plain=plain and "%" not in host)


def _bare(found: re.Match[str]) -> Link | None:
    """A domain without a scheme, if it is one: Slack makes links of those too."""
    host, whole = _until_domain_ends(found["bare"], found[0], found.end("bare") - found.start())
    before = _CHINESE_BEFORE.match(host)
    skipped = before.end() if before else 0
    host, whole = host[skipped:], whole[skipped:]
    labels = host.rstrip(".").split(".")
    if len(labels) < 2 or not all(labels) or not _is_top_level(labels[-1]):
        return None
    if not host_key(host):  # punycode of nothing: "www.xn--"
        return None
    if len(labels) == 2 and whole.rstrip("./:?#") == host.rstrip(".") and _is_no_domain(labels[-1]):
        return None
    return _link(found, whole, host_key(host), plain="%" not in host, skipped=skipped)


def _is_no_domain(ending: str) -> bool:
    """A file's name, or two sentences without a space between them: "today.Shop"."""
    return ending.lower() in _FILE_ENDINGS or ending.istitle()


def _link(found: re.Match[str], whole: str, host: str, *, plain: bool, skipped: int = 0) -> Link:
    address = whole.rstrip(_TRAILING) if ")" not in whole or whole.count("(") < whole.count(")") else whole
    query = re.search(r"[?#]", address)
    start = found.start() + skipped
    return Link(start, start + len(address), address, host, plain, query.start() if query else len(address))


def _until_domain_ends(host: str, whole: str, host_end: int) -> tuple[str, str]:
    """Without the words that Chinese or Japanese puts right behind a domain: "acme.com谢谢" is acme.com."""
    *front, last = re.split(r"[.。]", host)
    if not front or host.isascii() or _is_top_level(last):
        return host, whole
    latin = re.match(r"[a-z]+", last, re.IGNORECASE)
    if latin and _is_top_level(latin[0]):
        excess = len(last) - len(latin[0])
    elif len(front) > 1 and _is_top_level(front[-1]):
        excess = len(last) + 1
    else:
        return host, whole
    return host[: len(host) - excess], whole[: host_end - excess]


def _is_top_level(label: str) -> bool:
    return label.lower() in _top_levels() or label.lower().startswith("xn--")


@cache
def _top_levels() -> frozenset[str]:
    """The public suffix list's top, as it is shipped with tldextract: nothing is fetched."""
    import tldextract

    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None).tlds
    return frozenset(suffix for suffix in suffixes if "." not in suffix)


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").casefold()
    except UnicodeError:
        return label
