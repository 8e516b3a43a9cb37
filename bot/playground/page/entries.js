/** Elements that are filled in by typing: texts, numbers, dates. */

import { h } from "./dom.js";

export const ENTRIES = {
  plain_text_input: (element, slot) => text(element, slot, {}),
  email_text_input: (element, slot) => text(element, slot, { type: "email" }),
  url_text_input: (element, slot) => text(element, slot, { type: "url" }),
  number_input: number,
  datepicker: (element, slot) => moment(element, slot, "date", "selected_date", "initial_date"),
  timepicker: (element, slot) => moment(element, slot, "time", "selected_time", "initial_time"),
  datetimepicker: dateAndTime,
};

function text(element, slot, kind) {
  const value = slot.given ? (slot.given.value ?? "") : (element.initial_value ?? "");
  const shared = { ...common(element, slot), value, maxlength: element.max_length ?? 3000, autocomplete: "off" };
  const node = element.multiline ? h("textarea", { ...shared, rows: rowsFor(value) }) : h("input", { type: "text", ...kind, ...shared });
  return heard(node, slot, () => ({ value: node.value }));
}

/** Room for what stands in it already, within bounds. */
function rowsFor(value) {
  const lines = value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 60), 0);
  return Math.min(Math.max(lines, 4), 12);
}

function number(element, slot) {
  const value = slot.given ? (slot.given.value ?? "") : (element.initial_value ?? "");
  const limits = { min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : 1 };
  const node = h("input", { ...common(element, slot), type: "number", value, ...limits, "data-number": slot.blockId });
  return heard(node, slot, () => ({ value: node.value }));
}

function moment(element, slot, type, field, initial) {
  const value = (slot.given ? slot.given[field] : element[initial]) ?? "";
  const node = h("input", { ...common(element, slot), type, value });
  return chosen(node, slot, () => ({ [field]: node.value || null }));
}

function dateAndTime(element, slot) {
  const seconds = slot.given ? slot.given.selected_date_time : element.initial_date_time;
  const node = h("input", { ...common(element, slot), type: "datetime-local", value: seconds ? localMoment(seconds) : "" });
  return chosen(node, slot, () => ({ selected_date_time: node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null }));
}

/** As such an input wants it: the local time, without a zone. */
function localMoment(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function common(element, slot) {
  return {
    id: slot.controlId,
    "aria-label": slot.controlId ? null : (element.placeholder?.text ?? element.action_id),
    "aria-describedby": slot.describedBy,
    "aria-invalid": slot.invalid ? "true" : null,
    "aria-required": slot.controlId && !slot.optional ? "true" : null,
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load || null,
  };
}

/** Remembers every keystroke; is sent, where it is to be, with Enter. */
function heard(node, slot, read) {
  node.addEventListener("input", () => slot.host.enter(slot.blockId, node.dataset.action, read()));
  node.addEventListener("keydown", (event) => {
    if (!slot.dispatch || event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    slot.send(read(), node);
  });
  return node;
}

function chosen(node, slot, read) {
  node.addEventListener("change", () => slot.enter(read(), node));
  return node;
}
