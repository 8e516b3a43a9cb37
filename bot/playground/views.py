"""Open modals and App Home tabs."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace

from bot.playground.blockkit import checked_view
from bot.playground.errors import SlackError
from bot.playground.feed import Feed
from bot.playground.ids import new_id
from bot.playground.model import Json, View
from bot.playground.people.shown import shown_view
from bot.playground.workspace import MAX_STACKED_VIEWS, Workspace


class Views:
    """Raises SlackError as views.open, push, update and publish do."""

    def __init__(self, workspace: Workspace, feed: Feed) -> None:
        self._workspace = workspace
        self._feed = feed

    def open(self, user: str, payload: Json) -> View:
        """Slack closes what was open before."""
        view_id = new_id("V")
        opened = View(view_id, user, self._checked(payload, "modal"), _new_hash(), root_view_id=view_id)
        self._workspace.modals[user] = [opened]
        self._show(user)
        return opened

    def push(self, user: str, payload: Json) -> View:
        stack = self._workspace.modals.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_STACKED_VIEWS:
            raise SlackError("push_limit_reached")
        top = stack[-1]
        view = self._checked(payload, "modal")
        pushed = View(new_id("V"), user, view, _new_hash(), top.root_view_id, previous_view_id=top.id)
        self._workspace.modals[user] = [*stack, pushed]
        self._show(user)
        return pushed

    def update(self, view: View, payload: Json, expected_hash: str = "") -> View:
        """Entries stay where a block keeps its block_id and action_id."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        checked = self._checked(payload, view.view["type"], replacing=view)
        values = _kept_values(view.values or {}, checked)
        updated = replace(view, view=checked, hash=_new_hash(), values=values)
        self._workspace.replace_view(updated)
        self._show(view.user)
        return updated

    def publish(self, user: str, payload: Json, expected_hash: str = "") -> View:
        known = self._workspace.homes.get(user)
        if known:
            return self.update(known, payload, expected_hash)
        view_id = new_id("V")
        home = View(view_id, user, self._checked(payload, "home"), _new_hash(), root_view_id=view_id)
        self._workspace.put_home(home)
        self._show(user)
        return home

    def enter(self, view: View, values: Json) -> View:
        """Remember what the person has entered; their own screen needs no telling."""
        entered = replace(view, values=values)
        self._workspace.replace_view(entered)
        return entered

    def close(self, view: View) -> None:
        """Close this one modal; the one below it shows."""
        stack = self._workspace.modals.get(view.user, [])
        self._workspace.modals[view.user] = [open_view for open_view in stack if open_view.id != view.id]
        self._show(view.user)

    def clear(self, user: str) -> None:
        self._workspace.modals.pop(user, None)
        self._show(user)

    def shown(self, user: str) -> Json:
        """The modal on top, and the home tab."""
        stack, home = self._workspace.modals.get(user), self._workspace.homes.get(user)
        return {
            "modal": shown_view(self._workspace, stack[-1]) if stack else None,
            "home": shown_view(self._workspace, home) if home else None,
        }

    def _checked(self, payload: Json, kind: str, replacing: View | None = None) -> Json:
        view = checked_view(payload, kind)
        external_id = view.get("external_id")
        other = self._workspace.view_by_external_id(external_id) if external_id else None
        if other and other != replacing:
            raise SlackError("duplicate_external_id")
        return view

    def _show(self, user: str) -> None:
        shown = self.shown(user)
        self._feed.publish("view", {"modal": shown["modal"]}, frozenset({user}))
        self._feed.publish("home", {"home": shown["home"]}, frozenset({user}))


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _kept_values(values: Json, view: Json) -> Json:
    kept: Json = {}
    for block in view["blocks"]:
        element = block.get("element") or {}
        entered = values.get(block.get("block_id"), {}).get(element.get("action_id"))
        if entered and entered.get("type") == element.get("type"):
            kept[block["block_id"]] = {element["action_id"]: entered}
    return kept
