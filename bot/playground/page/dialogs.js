/** Small dialogs: are you sure, what is its name, the picture in full. */

import { freshId, h, picture } from "./dom.js";
import { icon } from "./icons.js";

/** Shows a modal dialog; it is gone from the page once closed. Resolves to its return value. */
function show(dialog) {
  document.body.append(dialog);
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  dialog.showModal();
  return closed;
}

/** Resolves to true if the person agrees. `text` is a node or a string. */
export async function confirmDialog({ title, text, confirm, deny, danger = false }) {
  const id = freshId("sure");
  const dialog = h(
    "dialog",
    { class: "dialog small", "aria-labelledby": id, role: "alertdialog", "data-confirm": true },
    h("h2", { id }, title),
    h("div", { class: "dialog-text" }, text),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "button", onclick: () => dialog.close("") }, deny),
      h("button", { type: "button", class: `button ${danger ? "danger filled" : "primary"}`, autofocus: true, onclick: () => dialog.close("yes") }, confirm),
    ),
  );
  return (await show(dialog)) === "yes";
}

/** Asks until `attempt(text)` succeeds; resolves to what it gave, or null. A rejection with a string is shown. */
export async function askForText({ title, label, confirm, cancel, attempt, value = "" }) {
  const [heading, field, complaint] = [freshId("ask"), freshId("ask"), freshId("ask")];
  let result = null;
  const input = h("input", { id: field, value, autocomplete: "off", "aria-describedby": complaint, maxlength: 80 });
  const problem = h("p", { id: complaint, class: "field-error", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      result = await attempt(input.value.trim());
      dialog.close("done");
    } catch (error) {
      problem.textContent = String(error);
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  };
  const dialog = h(
    "dialog",
    { class: "dialog small", "aria-labelledby": heading },
    h("h2", { id: heading }, title),
    h(
      "form",
      { onsubmit: send },
      h("label", { for: field, class: "field-label" }, label),
      input,
      problem,
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close("") }, cancel),
        h("button", { type: "submit", class: "button primary" }, confirm),
      ),
    ),
  );
  await show(dialog);
  return result;
}

/** An image as large as the window allows, with what it shows in words. */
export function enlarge(url, alt, t) {
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": alt, "data-lightbox": true },
    h("button", { type: "button", class: "icon-button close", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close")),
    h("figure", {}, picture(url, alt), alt ? h("figcaption", {}, alt) : null),
  );
  return show(dialog);
}
