/** What a "/" or an "@" offers while one types: commands with their usage, and people to mention. */

import { avatar } from "./avatar.js";
import { freshId, h } from "./dom.js";

/** {node, update(), keys(event) -> whether the key was used}. */
export function createSuggestions(session, field, withCommands) {
  const id = freshId("suggestions");
  const node = h("div", { class: "suggestions", role: "listbox", id, hidden: true, "data-suggestions": true });
  let offers = [];
  let at = -1;
  let dismissed = "";
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": id, "aria-autocomplete": "list", "aria-haspopup": "listbox" })) {
    field.setAttribute(name, value);
  }

  function update() {
    const found = field.value === dismissed ? { title: "", offers: [] } : offersFor(session, field, withCommands);
    offers = found.offers;
    at = offers.length && !found.whole ? 0 : -1;
    const head = h("div", { class: "suggestions-head", role: "presentation" }, found.title);
    node.replaceChildren(head, ...offers.map((offer, index) => option(offer, index)));
    node.hidden = !offers.length;
    field.setAttribute("aria-expanded", String(!node.hidden));
    mark();
  }

  function option(offer, index) {
    const choose = (event) => {
      event.preventDefault();
      take(index);
    };
    const attributes = { role: "option", id: `${id}-${index}`, "data-offer": offer.name, onmousedown: choose };
    return h("div", attributes, offer.mark, h("code", {}, offer.name), offer.usage && h("span", { class: "usage" }, offer.usage), h("small", {}, offer.note));
  }

  function mark() {
    const options = [...node.querySelectorAll("[role=option]")];
    options.forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) field.setAttribute("aria-activedescendant", options[at].id);
    else field.removeAttribute("aria-activedescendant");
  }

  function take(index) {
    const { from, text } = offers[index];
    field.setRangeText(text, from, field.selectionStart, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function keys(event) {
    if (node.hidden || event.isComposing) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + offers.length) % offers.length;
      mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0 && !event.shiftKey) take(at);
    else if (event.key === "Escape") {
      dismissed = field.value;
      update();
    } else return false;
    event.preventDefault();
    return true;
  }
  return { node, update, keys };
}

/** {title, offers: [{name, usage, note, text, from}], whole: what stands there is complete already}. */
function offersFor(session, field, withCommands) {
  const before = field.value.slice(0, field.selectionStart);
  if (withCommands && /^\/[^\n]*$/.test(field.value)) return commands(session, field.value);
  const mention = /(?:^|\s)@([^\s@]*)$/u.exec(before);
  return mention ? people(session, mention[1], before.length - mention[1].length - 1) : { title: "", offers: [] };
}

function commands(session, typed) {
  const all = session.names.state.commands.flatMap(usages);
  const fitting = all.filter((offer) => offer.text.startsWith(typed.toLowerCase()) && offer.text !== typed);
  const whole = all.some((offer) => offer.text.trim() === typed.trim());
  return { title: session.t("commands"), offers: fitting, whole };
}

/** The command alone, and each of the forms that its usage hint lists: "copy <brief> | help". */
function usages({ command, description, usage_hint: hint = "" }) {
  const forms = hint.split("|").map((form) => form.trim()).filter(Boolean);
  const named = forms.filter((form) => /^[\p{L}\d-]+/u.test(form)).map((form) => /^([\p{L}\d-]+)\s*(.*)$/u.exec(form));
  const alone = { name: command, usage: named.length ? "" : hint, note: description, text: command, from: 0 };
  return [alone, ...named.map(([, word, rest]) => ({ name: `${command} ${word}`, usage: rest, note: "", text: `${command} ${word}${rest ? " " : ""}`, from: 0 }))];
}

function people(session, typed, from) {
  const { names, t } = session;
  const fits = (user) => [user.name, user.real_name].some((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
  const offers = names.state.users
    .filter((user) => user.id !== session.user && fits(user))
    .map((user) => ({ name: `@${user.real_name}`, note: user.is_bot ? t("app") : "", mark: avatar(user, 20), text: `@${user.real_name} `, from }));
  return { title: t("people"), offers };
}
