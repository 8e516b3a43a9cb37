/** A list of messages that follows what happens: it redraws what changed, and stays at the end if one is there. */

import { whisper } from "./announce.js";
import { midnight, toDate } from "./directory.js";
import { h } from "./dom.js";
import { focusIn } from "./form.js";
import { icon } from "./icons.js";
import { renderMessage } from "./message.js";

const SAME_BREATH_S = 300;
const NEAR_PX = 80;

/** {node, render(), end()}; `read()` gives the timeline or null, `empty()` what stands where nothing was said yet. */
export function createMessages(session, go, { read, inThread, label, empty }) {
  const { t } = session;
  const older = h("button", { type: "button", class: "button older", hidden: true, onclick: () => session.older(read()) }, t("older"));
  const list = h("div", { class: "message-list", role: "list", "aria-label": label, "data-messages": inThread ? "thread" : "channel" });
  const opening = h("div", { class: "opening" });
  const inside = h("div", { class: "scroll-inside" }, opening, older, list);
  const scroller = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": label, onscroll: () => follow.look() }, inside);
  const toEnd = h("button", { type: "button", class: "to-end", hidden: true, onclick: () => follow.end() }, icon("down", 16), t("newest"));
  const follow = following(scroller, inside, toEnd);
  const drawn = new Map();
  let timeline = null;

  function render() {
    const now = read();
    if (now !== timeline) {
      drawn.clear();
      list.replaceChildren();
      follow.end();
      timeline = now;
    }
    if (!timeline) return;
    older.hidden = !timeline.hasOlder;
    list.setAttribute("aria-busy", String(!timeline.loaded));
    const messages = timeline.messages;
    draw(list, drawn, rows(session, timeline, messages, inThread, go));
    opening.replaceChildren(...(timeline.loaded && !timeline.hasOlder && empty ? [empty(messages)].flat().filter(Boolean) : []));
    follow.keep();
  }
  return { node: h("div", { class: "messages" }, scroller, toEnd), render, end: follow.end };
}

/** Keeps the newest in sight while one is at the end, and offers a way there otherwise. */
function following(scroller, inside, toEnd) {
  let atEnd = true;
  let top = 0;
  const follow = {
    look() {
      const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
      // Only going up leaves the end: pictures that come in below would else be taken for it.
      atEnd = near || (atEnd && scroller.scrollTop >= top);
      top = scroller.scrollTop;
      toEnd.hidden = atEnd;
    },
    keep() {
      if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    },
    end() {
      atEnd = true;
      toEnd.hidden = true;
      follow.keep();
    },
  };
  const watch = new ResizeObserver(follow.keep);
  watch.observe(inside);
  watch.observe(scroller);
  return follow;
}

/** [{key, signature, make}] for days and messages. */
function rows(session, timeline, messages, inThread, go) {
  const made = [];
  let last = null;
  for (const message of messages) {
    const newDay = !last || midnight(toDate(last.ts)) !== midnight(toDate(message.ts));
    const day = session.names.day(message.ts);
    if (newDay && !inThread) made.push({ key: `day ${message.ts}`, signature: day, make: () => h("div", { class: "day", role: "presentation" }, h("span", {}, day)) });
    const look = {
      compact: !newDay && sameBreath(last, message),
      inThread,
      status: session.statuses.get(`${timeline.channel}/${message.ts}`) ?? "",
    };
    const signature = JSON.stringify([message, look]);
    made.push({ key: message.ts, signature, make: () => renderMessage(session, timeline.channel, message, look, go) });
    if (inThread && message.reply_count) made.push(repliesLine(session, message));
    last = message;
  }
  return made;
}

/** Between the root of a thread and its replies. */
function repliesLine(session, { reply_count: count }) {
  const text = count === 1 ? session.t("repliesOne") : session.t("replies", { count });
  return { key: "replies", signature: text, make: () => h("div", { class: "day", role: "presentation" }, h("span", {}, text)) };
}

/** What an app shows in blocks, a result with its buttons, stands by itself. */
function sameBreath(last, message) {
  if (last.bot_id && (last.blocks?.length || message.blocks?.length)) return false;
  const same = last.user === message.user && last.username === message.username && !last.ephemeral && !message.ephemeral;
  return same && message.ts - last.ts < SAME_BREATH_S && last.subtype !== "tombstone";
}

function draw(list, drawn, wanted) {
  const keys = new Set(wanted.map((row) => row.key));
  for (const [key, { node }] of drawn) {
    if (keys.has(key)) continue;
    node.remove();
    drawn.delete(key);
  }
  wanted.forEach((row, index) => {
    const known = drawn.get(row.key);
    if (known?.signature !== row.signature) {
      const node = row.make();
      const comeBack = known ? focusIn(known.node) : null;
      known?.node.replaceWith(node);
      comeBack?.(node);
      drawn.set(row.key, { node, signature: row.signature });
    }
    const { node } = drawn.get(row.key);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/** Reads a new message out, once it is whole. */
export function announceMessage(session, message) {
  if (message && !message.streaming && message.user !== session.user) {
    whisper(`${session.names.author(message).name}: ${message.text.slice(0, 300)}`);
  }
}
