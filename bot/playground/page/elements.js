/**
 * What can be pressed, chosen or filled in (docs.slack.dev/reference/block-kit/block-elements).
 *
 * A `slot` is where an element stands: host, blockId, dispatch (a change is sent at once) and, in an input block,
 * controlId, labelId, describedBy, invalid, optional.
 */

import { CHOICES } from "./choices.js";
import { confirmDialog } from "./dialogs.js";
import { h, safeUrl } from "./dom.js";
import { ENTRIES } from "./entries.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { renderPlain, renderText } from "./mrkdwn.js";
import { PICKED } from "./picking.js";

const PRESSED = { button, overflow, feedback_buttons: feedback, icon_button: iconButton, workflow_button: button };

export function renderElement(element, slot) {
  const make = PRESSED[element.type] ?? CHOICES[element.type] ?? ENTRIES[element.type] ?? PICKED[element.type];
  if (!make) return h("span", { class: "note" }, slot.host.t("unsupported", { type: element.type }));
  const node = make(element, withSend(element, slot));
  node.dataset.action = element.action_id ?? "";
  return node;
}

/** The slot with `given`, what is entered now, and `send` and `enter`, what is done with a choice. */
function withSend(element, slot) {
  const { host, blockId } = slot;
  const act = (given, control) => agreed(element, host).then((yes) => yes && sent(element, slot, given, control));
  return {
    ...slot,
    given: host.given(blockId, element.action_id),
    send: act,
    /** Resolves to whether the choice stands. */
    async enter(given, control) {
      if (slot.dispatch && !(await agreed(element, host))) return false;
      host.enter(blockId, element.action_id, given);
      if (slot.dispatch) await sent(element, slot, given, control);
      return true;
    },
  };
}

async function agreed({ confirm }, { names }) {
  if (!confirm) return true;
  return confirmDialog({
    title: renderPlain(confirm.title),
    text: renderText(confirm.text, names),
    confirm: renderPlain(confirm.confirm),
    deny: renderPlain(confirm.deny),
    danger: confirm.style === "danger",
  });
}

async function sent(element, { host, blockId }, given, control) {
  control?.setAttribute("aria-busy", "true");
  await host.act({ ...given, block_id: blockId, action_id: element.action_id });
  control?.removeAttribute("aria-busy");
}

function button(element, slot) {
  const attributes = { class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label };
  const href = safeUrl(element.url);
  const press = () => node.getAttribute("aria-busy") || slot.send({}, node);
  const node = href
    ? h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer nofollow", onclick: press }, renderPlain(element.text))
    : h("button", { ...attributes, type: "button", onclick: press }, renderPlain(element.text));
  return node;
}

function overflow(element, slot) {
  const label = slot.host.t("more");
  const entries = () =>
    element.options.map((option) => ({
      label: renderPlain(option.text),
      note: option.description ? renderPlain(option.description) : "",
      run: () => slot.send({ selected_option: option }, node),
    }));
  const open = () => openMenu(node, entries(), label);
  const node = h("button", { type: "button", class: "button icon-only", "aria-haspopup": "menu", "aria-label": label, title: label, onclick: open }, icon("more"));
  return node;
}

function feedback(element, slot) {
  const one = (part, name, fallback) => {
    const label = part.accessibility_label ?? (renderPlain(part.text) || slot.host.t(fallback));
    const node = h("button", { type: "button", class: "icon-button", "aria-label": label, title: renderPlain(part.text), onclick: press }, icon(name));
    async function press() {
      await slot.send({ value: part.value ?? "" }, node);
      node.classList.add("chosen");
    }
    return node;
  };
  return h("span", { class: "feedback" }, one(element.positive_button, "up", "helpful"), one(element.negative_button, "thumbDown", "notHelpful"));
}

function iconButton(element, slot) {
  const label = element.accessibility_label ?? renderPlain(element.text);
  const node = h("button", { type: "button", class: "icon-button", "aria-label": label, title: renderPlain(element.text), onclick: () => slot.send({}, node) }, icon(element.icon));
  return node;
}
