/** What can be done with a message: react, answer, edit, and the app's shortcuts. */

import { announce } from "./announce.js";
import { confirmDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { emoji, REACTIONS } from "./emoji.js";
import { startEditing } from "./editing.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { unescape } from "./mrkdwn.js";

export function messageActions(session, channel, message, look, go) {
  const { t } = session;
  const tool = (name, label, open, extra = {}) => {
    const node = h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, ...extra, onclick: () => open(node) }, icon(name));
    return node;
  };
  const reply = () => go(channel, message.thread_ts ?? message.ts);
  const pick = (anchor) => chooseReaction(session, channel, message, anchor);
  const more = (anchor) => openMenu(anchor, entries(session, channel, message, look, { reply, pick: () => pick(anchor) }), t("more"));
  const shared = !message.ephemeral;
  return h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": t("more") },
    shared && tool("smile", t("addReaction"), pick, { class: "icon-button wide-only", "data-tool": "react" }),
    shared && !look.inThread && tool("reply", t("replyInThread"), reply, { class: "icon-button wide-only", "data-tool": "reply" }),
    tool("more", t("more"), more, { "data-tool": "more", "aria-haspopup": "menu" }),
  );
}

function entries(session, channel, message, look, { reply, pick }) {
  const { t } = session;
  const shortcuts = message.ephemeral ? [] : session.names.state.shortcuts.filter((each) => each.type === "message");
  const own = message.user === session.user;
  return [
    !message.ephemeral && !look.inThread && { label: t("replyInThread"), data: { do: "reply" }, run: reply },
    !message.ephemeral && { label: t("addReaction"), data: { do: "react" }, run: pick },
    !message.ephemeral && { label: t("pin"), data: { do: "pin" }, run: () => session.do("pin", { channel, ts: message.ts }) },
    { label: t("copyText"), data: { do: "copy" }, run: () => copy(session, message) },
    own && { label: t("editMessage"), data: { do: "edit" }, run: () => startEditing(session, channel, message) },
    shortcuts.length > 0 && "-",
    ...shortcuts.map(({ name, callback_id }) => ({
      label: name,
      note: session.names.bot?.real_name,
      data: { shortcut: callback_id },
      run: () => session.do("shortcut", { callback_id, channel, ts: message.ts }),
    })),
    (own || message.ephemeral) && "-",
    message.ephemeral && { label: t("dismiss"), data: { do: "dismiss" }, run: () => session.do("delete", { channel, ts: message.ts }) },
    own && !message.ephemeral && { label: t("deleteMessage"), danger: true, data: { do: "delete" }, run: () => remove(session, channel, message) },
  ].filter(Boolean);
}

function chooseReaction(session, channel, message, anchor) {
  const all = REACTIONS.map((name) => ({
    label: emoji(name),
    title: `:${name}:`,
    data: { reaction: name },
    run: () => session.do("react", { channel, ts: message.ts, name }),
  }));
  openMenu(anchor, all, session.t("addReaction"), { className: "emoji-menu" });
}

async function copy(session, message) {
  const written = (message.blocks ?? []).filter((block) => block.type === "markdown").map((block) => block.text);
  await navigator.clipboard?.writeText(written.join("\n\n") || unescape(message.text));
  announce(session.t("copied"));
}

async function remove(session, channel, message) {
  const { t } = session;
  const sure = await confirmDialog({ title: t("deleteMessage"), text: t("deleteSure"), confirm: t("deleteMessage"), deny: t("cancel"), danger: true });
  if (sure) session.do("delete", { channel, ts: message.ts });
}
