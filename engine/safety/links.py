"""Lets links out only to hosts that were asked for or that the policy allows, and nothing rides on them.

A model that was tricked can write a link with a secret in it, for someone to click. So an address keeps its query only
where exactly that address was in the request; a link to any other host is named, not linked; and a label that hides
an address is set beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.safety import Category, Told
from engine.safety.evidence import Evidence, Span
from engine.safety.features import has_cjk
from engine.safety.normalise import Views
from engine.safety.urls import Link, find, host_key

_LABELLED = re.compile(
    r"!?\[(?P<label>[^\[\]]{0,300})\]\(\s*<?(?P<target>[^\s<>()]*[./:][^\s<>]*?)>?(?:\s+[\"'(][^\n]{0,200}?[\"')])?\s*\)"
    r"|<(?P<slack>[a-z][a-z0-9+.-]*:[^\s<>|]+|[\w.-]+\.[a-z]{2,}[^\s<>|]*)\|(?P<shown>[^<>]{0,300})>"
    r"|(?m:^)[ \t>]{0,8}\[(?P<name>[^\[\]\n]{1,100})\]:\s*<?(?P<definition>[^\s<>]+)>?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[^\s.,;:!?)\]}\"'*_<>]\S*[/?#=&%]")
"""What stands right behind an address that was cut short and would be taken for more of it."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which links may come out of one text: hosts as `host_key` spells them, and whole addresses."""

    hosts: frozenset[str]
    under: tuple[str, ...]
    """Domains of which every host is allowed, each with a dot in front."""
    addresses: frozenset[str]
    chinese: bool
    """The language to say in that a link is gone."""

    def host(self, link: Link) -> bool:
        return link.plain and (link.host in self.hosts or link.host.endswith(self.under))

    def removed(self, link: Link) -> str:
        """The host by name, spelled so that nothing takes it for a link."""
        host = link.host.replace(".", "[.]")
        return f"[链接已移除: {host}]" if self.chinese else f"[link removed: {host}]"


class LinkCheck:
    """An OutputCheck; `allow` are hosts of the policy, "*.example.com" for all hosts below example.com."""

    name = "links"
    whole = False

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._hosts = frozenset(host_key(host) for host in allow if not host.startswith("*."))
        self._under = tuple(f".{host_key(host[2:])}" for host in allow if host.startswith("*."))

    def judge(self, views: Views, told: Told) -> Sequence[Evidence]:
        text = views.clean
        allowed = self._allowed(told, has_cjk(text))
        edits = [*_labelled(text, allowed), *_plain(text, allowed)]
        return [
            Evidence(Category.LINK, 1.0, detail, Span(*views.raw_span(start, end), placeholder))
            for start, end, placeholder, detail in edits
        ]

    def _allowed(self, told: Told, chinese: bool) -> Allowed:
        asked = [link for text in told.asked for link in find(Views(text).clean)]
        hosts = frozenset(link.host for link in asked if link.plain)
        return Allowed(self._hosts | hosts, self._under, frozenset(link.address for link in asked), chinese)


Edit = tuple[int, int, str, str]
"""[start, end) of the clean text, what to write there, and why."""


def _plain(text: str, allowed: Allowed) -> list[Edit]:
    edits = []
    for link in find(text):
        shown, detail = _shown(link, text, allowed)
        if shown != link.address:
            edits.append((link.start, link.end, shown, detail))
    return edits


def _labelled(text: str, allowed: Allowed) -> list[Edit]:
    """Links with a label: the label, then the address for all to see."""
    edits = []
    for found in _LABELLED.finditer(text):
        label = found["label"] or found["shown"] or found["name"] or ""
        target = found["target"] or found["slack"] or found["definition"]
        links = list(find(target))
        address, detail = _shown(links[0], target, allowed) if links else (target, "label")
        label = _cleaned(label, allowed).strip()
        shown = address if label in ("", address) else f"{label}: {address}"
        edits.append((found.start(), found.end(), shown, detail or "label"))
    return edits


def _cleaned(label: str, allowed: Allowed) -> str:
    for start, end, shown, _ in reversed(_plain(label, allowed)):
        label = label[:start] + shown + label[end:]
    return label


def _shown(link: Link, text: str, allowed: Allowed) -> tuple[str, str]:
    """What to write in the link's place, and why; the address itself if nothing is wrong with it."""
    if link.address in allowed.addresses:
        return link.address, ""
    if not allowed.host(link):
        return allowed.removed(link), "host"
    apart = " " if _GOES_ON.match(text, link.end) else ""
    shown = link.address[: link.query_at] + apart
    return shown, "" if shown == link.address else "query"
