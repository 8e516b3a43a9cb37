/** The form that the app has opened: the top of the stack of modals. */

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { Form, focusIn } from "./form.js";
import { icon } from "./icons.js";
import { renderPlain } from "./mrkdwn.js";

export function createModal(session) {
  const dialog = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title", "data-modal": true });
  let form = null;
  const close = () => session.do("close_view", { view_id: form.view.id });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  // A browser may close it without asking, when Escape is pressed twice.
  dialog.addEventListener("close", () => form && close());
  session.on("modal", () => {
    const view = session.modal;
    if (!view) {
      form = null;
      return dialog.close();
    }
    if (form?.view.id === view.id && form.view.hash === view.hash) return;
    if (form?.view.id === view.id) form.update(view);
    else form = new Form(session, view);
    draw(dialog, form, close);
    if (!dialog.open) dialog.showModal();
    firstFocus(dialog);
  });
  return dialog;
}

function draw(dialog, form, close) {
  const { view, t } = form;
  const comeBack = focusIn(dialog);
  const complaint = h("p", { class: "field-error", role: "alert", "data-form-problem": true });
  const send = (event) => {
    event.preventDefault();
    submit(dialog, form, complaint, close);
  };
  const cancel = h("button", { type: "button", class: "button", "data-close": true, onclick: close }, view.close ? renderPlain(view.close) : t("cancel"));
  const go = view.submit ? h("button", { type: "submit", class: "button primary", "data-submit": true }, renderPlain(view.submit)) : null;
  const cross = h("button", { type: "button", class: "icon-button close", "aria-label": t("close"), onclick: close }, icon("close"));
  dialog.replaceChildren(
    h(
      "form",
      { onsubmit: send, novalidate: true, "data-view": view.id },
      h("header", {}, h("h2", { id: "modal-title" }, renderPlain(view.title)), cross),
      h("div", { class: "modal-body" }, renderBlocks(view.blocks, form), complaint),
      h("footer", {}, cancel, go),
    ),
  );
  comeBack(dialog);
}

async function submit(dialog, form, complaint, close) {
  const button = dialog.querySelector("[data-submit]");
  if (!button || button.getAttribute("aria-busy")) return;
  form.errors = numberProblems(dialog, form.t);
  if (!Object.keys(form.errors).length) {
    button.setAttribute("aria-busy", "true");
    const sent = form.view.hash;
    try {
      await form.submit();
    } catch (error) {
      complaint.textContent = form.session.explain(error);
    }
    button.removeAttribute("aria-busy");
    if (form.view.hash !== sent) return;
  }
  if (!Object.keys(form.errors).length) return;
  draw(dialog, form, close);
  dialog.querySelector("[data-form-problem]").textContent = form.t("formProblem");
  dialog.querySelector(".input.invalid :is(input, select, textarea)")?.focus();
}

/** What the browser knows of numbers, in the person's language, by block id. */
function numberProblems(dialog, t) {
  const wrong = [...dialog.querySelectorAll("[data-number]")].filter((field) => !field.validity.valid);
  return Object.fromEntries(wrong.map((field) => [field.dataset.number, numberProblem(field, t)]));
}

function numberProblem({ validity, min, max, step }, t) {
  if (validity.rangeUnderflow || validity.rangeOverflow) {
    if (min && max) return t("numberBetween", { min, max });
    return min ? t("numberLeast", { min }) : t("numberMost", { max });
  }
  return step === "1" ? t("numberWhole") : t("numberAny");
}

function firstFocus(dialog) {
  if (dialog.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body :is(input, select, textarea, button)");
  (first ?? dialog.querySelector("footer button"))?.focus();
}
