/** Elements that offer a choice: menus of options, people and places, radio buttons, checkboxes. */

import { h } from "./dom.js";
import { common } from "./entries.js";
import { renderPlain, renderText } from "./mrkdwn.js";

export const CHOICES = {
  static_select: (element, slot) => select(element, slot, optionGroups(element), "option"),
  users_select: (element, slot) => select(element, slot, people(slot), "user"),
  conversations_select: (element, slot) => select(element, slot, places(element, slot, true), "conversation"),
  channels_select: (element, slot) => select(element, slot, places(element, slot, false), "channel"),
  multi_static_select: (element, slot) => several(element, slot, optionGroups(element), "options"),
  multi_users_select: (element, slot) => several(element, slot, people(slot), "users"),
  multi_conversations_select: (element, slot) => several(element, slot, places(element, slot, true), "conversations"),
  multi_channels_select: (element, slot) => several(element, slot, places(element, slot, false), "channels"),
  radio_buttons: radios,
  checkboxes: (element, slot) => several(element, slot, [{ label: "", items: element.options.map(ofOption) }], "options"),
};

/** Each is {label, items: [{key, label, value}]}; `value` is what is sent. */
function optionGroups(element) {
  const groups = element.option_groups ?? [{ label: null, options: element.options ?? [] }];
  return groups.map((group) => ({ label: group.label ? renderPlain(group.label) : "", items: group.options.map(ofOption) }));
}

function ofOption(option) {
  return { key: option.value, label: renderPlain(option.text), value: option, option };
}

function people({ host }) {
  const items = host.names.state.users.map((user) => ({ key: user.id, label: user.real_name, value: user.id }));
  return [{ label: "", items }];
}

function places(element, { host }, withDirect) {
  const wanted = element.filter?.include;
  const fits = (place) => (place.kind === "im" ? withDirect && (!wanted || wanted.includes("im")) : !wanted || wanted.includes("public"));
  const found = host.names.state.conversations.filter((place) => !place.is_archived && fits(place));
  return [{ label: "", items: found.map((place) => ({ key: place.id, label: host.names.placeName(place), value: place.id })) }];
}

/** The keys of what is chosen now: by the person, or as the app proposes. */
function chosenKeys(element, slot, kind) {
  const now = slot.given ? slot.given[`selected_${kind}`] : element[`initial_${kind}`] ?? currentPlace(element, slot);
  const list = Array.isArray(now) ? now : now ? [now] : [];
  return list.map((item) => item?.value ?? item);
}

function currentPlace(element, { host }) {
  return element.default_to_current_conversation ? host.channel : undefined;
}

function select(element, slot, groups, kind) {
  const items = groups.flatMap((group) => group.items);
  let [now = ""] = chosenKeys(element, slot, kind);
  if (now && !slot.given) slot.host.enter(slot.blockId, element.action_id, { [`selected_${kind}`]: items.find((item) => item.key === now)?.value ?? null });
  const node = h("select", { ...common(element, slot), placeholder: null, onchange: change }, empty(element, slot), groups.map(optionNodes));
  node.value = now;
  async function change() {
    const value = items.find((item) => item.key === node.value)?.value ?? null;
    const stands = await slot.enter({ [`selected_${kind}`]: value }, node);
    if (stands) now = node.value;
    else node.value = now;
  }
  return node;
}

function empty(element, slot) {
  const label = element.placeholder ? renderPlain(element.placeholder) : slot.host.t("choose");
  return h("option", { value: "", disabled: !slot.optional }, label);
}

function optionNodes({ label, items }) {
  const options = items.map((item) => h("option", { value: item.key }, item.label));
  return label ? h("optgroup", { label }, options) : options;
}

function radios(element, slot) {
  const [now] = chosenKeys(element, slot, "option");
  const name = `radio-${slot.blockId}-${element.action_id}-${Math.random()}`;
  const rows = element.options.map((option) => {
    const attributes = { type: "radio", name, value: option.value, checked: option.value === now };
    return row(h("input", { ...attributes, onchange: () => slot.enter({ selected_option: option }, node) }), option, slot);
  });
  const node = group("radiogroup", rows, element, slot);
  return node;
}

function several(element, slot, groups, kind) {
  const chosen = new Set(chosenKeys(element, slot, kind));
  const items = groups.flatMap((group) => group.items);
  const change = (item, box) => {
    if (box.checked) chosen.add(item.key);
    else chosen.delete(item.key);
    const values = items.filter((each) => chosen.has(each.key)).map((each) => each.value);
    slot.enter({ [`selected_${kind}`]: values }, node);
  };
  const rows = items.map((item) => {
    const box = h("input", { type: "checkbox", value: item.key, checked: chosen.has(item.key), onchange: () => change(item, box) });
    return row(box, item.option ?? { text: { text: item.label } }, slot);
  });
  const node = group("group", rows, element, slot);
  return node;
}

function row(control, option, { host }) {
  const description = option.description ? h("small", {}, renderText(option.description, host.names)) : null;
  return h("label", { class: "choice" }, control, h("span", {}, renderText(option.text, host.names), description));
}

function group(role, rows, element, slot) {
  const label = slot.labelId ? { "aria-labelledby": slot.labelId } : { "aria-label": element.placeholder?.text ?? element.action_id };
  return h("div", { class: "choices", role, id: slot.controlId, "aria-describedby": slot.describedBy, ...label }, rows);
}
