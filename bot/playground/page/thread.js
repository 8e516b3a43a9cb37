/** A thread beside its channel. */

import { createComposer } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { announceMessage, createMessages } from "./messages.js";

export function createThread(session, go) {
  const { t } = session;
  const messages = createMessages(session, go, { read: () => session.thread, inThread: true, label: t("thread") });
  const composer = createComposer(session, { kind: "thread", thread: () => session.thread?.thread ?? "", sent: () => messages.end() });
  const where = h("p", { class: "topic" });
  const close = () => go(session.channel);
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": t("close"), "data-close-thread": true, onclick: close }, icon("close"));
  const leave = (event) => {
    const busy = event.defaultPrevented || event.target.value || event.target.closest("dialog, [popover]");
    if (event.key === "Escape" && !busy) close();
  };
  const node = h(
    "aside",
    { class: "thread", "aria-label": t("thread"), hidden: true, "data-pane": "thread", onkeydown: leave },
    h("header", { class: "pane-head" }, h("div", { class: "title" }, h("h1", {}, t("thread")), where), cross),
    messages.node,
    composer.node,
  );
  session.on("place", () => {
    const opened = node.hidden && session.thread;
    node.hidden = !session.thread;
    where.textContent = session.place ? session.names.placeName(session.place) : "";
    composer.place();
    messages.render();
    if (opened) composer.focus();
  });
  session.on("thread", (message) => [messages.render(), announceMessage(session, message)]);
  session.on("status", messages.render);
  return node;
}
