/** Changing what one wrote, in its own place. */

import { h } from "./dom.js";
import { unescape } from "./mrkdwn.js";

export function startEditing(session, channel, message) {
  const { t } = session;
  const place = [...document.querySelectorAll("[data-ts]")].find((node) => node.dataset.ts === message.ts)?.querySelector(".message-body");
  if (!place) return;
  const before = [...place.childNodes];
  const stop = () => place.replaceChildren(...before);
  const save = async () => {
    const done = await session.do("edit", { channel, ts: message.ts, text: field.value });
    if (done) stop();
  };
  const keys = (event) => {
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  };
  const field = h("textarea", { "aria-label": t("editMessage"), rows: 3, value: typed(message.text), onkeydown: keys });
  const buttons = h(
    "div",
    { class: "dialog-buttons" },
    h("button", { type: "button", class: "button", onclick: stop }, t("cancel")),
    h("button", { type: "button", class: "button primary", onclick: save }, t("save")),
  );
  place.replaceChildren(h("div", { class: "editing" }, field, buttons));
  field.focus();
}

/** As it was typed: bare links lose the brackets that sending gave them. */
function typed(text) {
  return unescape(text.replace(/<(https?:[^<>|]+)>/g, "$1"));
}
