/** One message as a person sees it. */

import { avatar } from "./avatar.js";
import { renderBlocks, renderFiles, renderMessageText } from "./blocks.js";
import { toDate } from "./directory.js";
import { h } from "./dom.js";
import { emojiOrName } from "./emoji.js";
import { icon } from "./icons.js";
import { messageActions } from "./message_actions.js";

/**
 * `look`: {compact: under the same author's last one, inThread, status: what the app is doing about it}.
 * `go` opens threads.
 */
export function renderMessage(session, channel, message, look, go) {
  const { names, t } = session;
  const author = names.author(message);
  const gone = message.subtype === "tombstone";
  const content = gone ? h("p", { class: "note" }, t("deleted")) : body(session, channel, message);
  const time = h("time", { datetime: toDate(message.ts).toISOString(), title: names.fullTime(message.ts) }, names.time(message.ts));
  const head = h(
    "div",
    { class: "message-head" },
    gone ? null : h("strong", { class: "author" }, author.name),
    author.byApp ? h("span", { class: "app-badge" }, t("app")) : null,
    time,
  );
  return h(
    "article",
    {
      class: `message${look.compact ? " compact" : ""}${message.ephemeral ? " ephemeral" : ""}`,
      role: "listitem",
      "aria-label": `${gone ? t("deleted") : author.name}, ${names.time(message.ts)}`,
      "data-ts": message.ts,
      "data-author": message.user,
      "data-ephemeral": message.ephemeral || null,
      "data-streaming": message.streaming || null,
    },
    h("div", { class: "gutter" }, gutter(names, message, author, look.compact ? time : null)),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral ? h("div", { class: "only-you" }, icon("eye", 14), t("onlyYou")) : null,
      look.compact ? null : head,
      content,
      reactions(session, channel, message),
      look.inThread ? null : threadLine(session, channel, message, go),
      look.status ? h("p", { class: "status", "data-status": true }, `${names.bot?.real_name ?? ""} ${look.status}`) : null,
    ),
    gone ? null : messageActions(session, channel, message, look, go),
  );
}

/** The time of a message under its author's last one, else the author's picture; nobody wrote what is left of a deleted one. */
function gutter(names, message, author, time) {
  if (time) return time;
  if (message.subtype === "tombstone") return null;
  return avatar({ ...names.users.get(message.user), real_name: author.name, color: author.color, is_bot: author.byApp });
}

function body(session, channel, message) {
  const host = hostOf(session, channel, message);
  const blocks = message.blocks ?? [];
  const edited = message.edited && !message.bot_id ? h("span", { class: "edited" }, session.t("edited")) : null;
  return h(
    "div",
    { class: "message-body", dir: "auto" },
    blocks.length ? renderBlocks(blocks, host) : message.text ? renderMessageText(message.text, host) : null,
    edited,
    message.files?.length ? renderFiles(message.files, host) : null,
  );
}

/** What has been chosen in a message is not kept: the app changes the message, or it stays as it was. */
function hostOf(session, channel, message) {
  return {
    names: session.names,
    t: session.t,
    channel,
    act: (action) => session.do("click", { ...action, channel, ts: message.ts }),
    given: () => undefined,
    enter: () => {},
  };
}

function reactions(session, channel, message) {
  if (!message.reactions?.length) return null;
  const pills = message.reactions.map(({ name, users, count }) => {
    const label = session.t("reactedWith", { names: users.map((id) => session.names.userName(id)).join(", "), emoji: `:${name}:` });
    const mine = users.includes(session.user);
    const press = () => session.do("react", { channel, ts: message.ts, name });
    const attributes = { class: mine ? "reaction mine" : "reaction", "aria-pressed": String(mine), "aria-label": label, title: label };
    return h("button", { type: "button", ...attributes, "data-reaction": name, onclick: press }, h("span", {}, emojiOrName(name)), h("span", {}, String(count)));
  });
  return h("div", { class: "reactions" }, pills);
}

function threadLine(session, channel, message, go) {
  if (!message.reply_count) return null;
  const { t, names } = session;
  const label = message.reply_count === 1 ? t("repliesOne") : t("replies", { count: message.reply_count });
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(names.users.get(id), 20));
  return h(
    "button",
    { type: "button", class: "thread-line", "data-thread": message.ts, onclick: () => go(channel, message.ts) },
    h("span", { class: "faces" }, faces),
    h("span", { class: "count" }, label),
    h("span", { class: "when" }, names.time(message.latest_reply)),
  );
}
