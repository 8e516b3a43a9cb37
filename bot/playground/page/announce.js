/** Says things in passing: a line that fades on the screen, or a word to a screen reader alone. */

import { h } from "./dom.js";

const SHOWN_MS = 6000;
let line = null;
let quiet = null;

export function createAnnouncer() {
  line = h("div", { class: "toasts", role: "alert", "data-toasts": true });
  quiet = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  return h("div", {}, line, quiet);
}

export function announce(text, { problem = false } = {}) {
  const toast = h("div", { class: problem ? "toast problem" : "toast" }, text);
  line.append(toast);
  // Where a dialog is open, what lies below it is not seen.
  line.popover = "manual";
  line.hidePopover();
  line.showPopover();
  setTimeout(() => {
    toast.remove();
    if (!line.childElementCount) line.hidePopover();
  }, SHOWN_MS);
}

/** To assistive technology alone. */
export function whisper(text) {
  quiet.textContent = text;
}
