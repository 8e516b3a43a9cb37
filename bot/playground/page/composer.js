/** Where one writes: messages, commands and files; Enter sends. */

import { createAttachments } from "./attachments.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { createSuggestions } from "./suggestions.js";

/** {node, place(), fill(text), focus()}; `thread()` is the root's ts, "" outside of threads; `sent` is told at once. */
export function createComposer(session, { kind, thread, sent: told }) {
  const { t } = session;
  const drafts = new Map();
  let here = "";
  const field = h("textarea", { rows: 1, autocomplete: "off", spellcheck: true, maxlength: 40_000, enterkeyhint: "send", oninput: changed, onkeydown: keys });
  const problem = h("p", { class: "field-error", role: "alert", "data-composer-problem": true });
  const suggestions = createSuggestions(session, field, kind === "channel");
  const files = createAttachments(session, (text) => (problem.textContent = text), changed);
  const send = h("button", { type: "button", class: "send", "aria-label": t("send"), title: t("send"), "data-send": true, onclick: submit }, icon("send"));
  const shortcuts = shortcutsButton(session);
  const tools = h("div", { class: "composer-tools" }, files.button, kind === "channel" ? shortcuts : null, h("span", { class: "hint" }, t(kind === "thread" ? "newLine" : "enterSends")), send);
  const box = h("div", { class: "composer-box" }, files.list, field, tools);
  const node = h("div", { class: "composer", "data-composer": kind }, suggestions.node, box, problem);
  files.acceptFrom(box, field);

  function changed() {
    problem.textContent = "";
    send.disabled = !field.value.trim() && !files.any();
    grow(field);
    suggestions.update();
  }

  function keys(event) {
    if (suggestions.keys(event) || event.isComposing) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  }

  async function submit() {
    const text = field.value.trim();
    if (!text && !files.any()) return;
    const [channel, thread_ts] = [session.channel, thread()];
    const sent = files.take();
    field.value = "";
    changed();
    told();
    const done = setTimeout(() => box.classList.add("sending"), 300);
    try {
      const deed = text.startsWith("/") && !sent.length ? "command" : "message";
      await session.attempt(deed, { channel, text, thread_ts, ...(sent.length ? { files: sent } : {}) });
    } catch (error) {
      if (!field.value && here === `${channel}/${thread_ts}`) fill(text, { keepFocus: true });
      problem.textContent = session.explain(error);
    } finally {
      clearTimeout(done);
      box.classList.remove("sending");
    }
  }

  function fill(text, { keepFocus = false } = {}) {
    field.value = text;
    changed();
    if (!keepFocus) field.focus();
    field.setSelectionRange(text.length, text.length);
  }

  /** The person has gone elsewhere: what was begun stays there. */
  function place() {
    const name = session.place ? session.names.placeName(session.place) : "";
    const label = thread() ? t("replyTo") : t("messageTo", { place: name });
    field.placeholder = label;
    field.setAttribute("aria-label", label);
    field.disabled = Boolean(session.place?.is_archived);
    const there = `${session.channel}/${thread()}`;
    if (there === here) return;
    drafts.set(here, field.value);
    here = there;
    field.value = drafts.get(there) ?? "";
    changed();
  }

  changed();
  return { node, place, fill, focus: () => field.focus() };
}

function grow(field) {
  field.style.setProperty("height", "auto");
  if (field.scrollHeight) field.style.setProperty("height", `${field.scrollHeight}px`);
}

/** The app's global shortcuts; null if it has none. */
function shortcutsButton(session) {
  const shortcuts = session.names.state.shortcuts.filter((each) => each.type === "global");
  if (!shortcuts.length) return null;
  const label = session.t("shortcuts");
  const entries = shortcuts.map(({ name, callback_id }) => ({
    label: name,
    note: session.names.bot?.real_name,
    data: { shortcut: callback_id },
    run: () => session.do("shortcut", { callback_id }),
  }));
  const node = h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "aria-haspopup": "menu", "data-shortcuts": true, onclick: () => openMenu(node, entries, label) }, icon("bolt"));
  return node;
}
