/** Menus that open beside a button: arrow keys move, Escape and a click elsewhere close, focus goes back. */

import { h } from "./dom.js";

const GAP = 6;

/** `entries`: {label, mark?, note?, checked?, danger?, data?, run} ; "-" draws a line. */
export function openMenu(anchor, entries, label, { className = "" } = {}) {
  const menu = h("div", { class: `menu ${className}`, role: "menu", "aria-label": label, popover: "auto" });
  for (const entry of entries) menu.append(entry === "-" ? h("hr", { role: "separator" }) : item(entry, menu));
  menu.addEventListener("keydown", (event) => move(event, menu));
  menu.addEventListener("toggle", (event) => event.newState === "closed" && menu.remove());
  // Inside the dialog of the anchor, else a modal would make it inert.
  (anchor.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  placeBeside(menu, anchor);
  const first = menu.querySelector("[aria-checked=true]") ?? menu.querySelector("[role^=menuitem]");
  first?.focus();
  return menu;
}

function item({ label, mark, note, checked, danger, data = {}, run, title }, menu) {
  const attributes = {
    type: "button",
    role: checked === undefined ? "menuitem" : "menuitemradio",
    class: danger ? "danger" : "",
    title,
    tabindex: -1,
    "aria-label": title ?? null,
    "aria-checked": checked === undefined ? null : String(checked),
    onclick: () => {
      menu.hidePopover();
      run();
    },
  };
  for (const [key, value] of Object.entries(data)) attributes[`data-${key}`] = value;
  return h("button", attributes, mark, h("span", { class: "menu-label" }, label), note ? h("small", {}, note) : null);
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function move(event, menu) {
  const items = [...menu.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  if (event.key in STEPS) items[(at + STEPS[event.key] + items.length) % items.length].focus();
  else if (event.key === "Home") items[0].focus();
  else if (event.key === "End") items.at(-1).focus();
  else if (event.key === "Tab") menu.hidePopover();
  else return;
  if (event.key !== "Tab") event.preventDefault();
}

/** Below the anchor or above it, wherever there is room, within the window. */
export function placeBeside(node, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const below = at.bottom + GAP + height <= innerHeight || at.top < height + GAP;
  const top = below ? at.bottom + GAP : at.top - GAP - height;
  const left = Math.min(at.left, innerWidth - width - GAP);
  node.style.setProperty("top", `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`);
  node.style.setProperty("left", `${Math.max(GAP, left)}px`);
}
