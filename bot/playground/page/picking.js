/** The element that takes files: each goes to the workspace once it is picked, and the form holds what it is called there. */

import { readFile } from "./attachments.js";
import { h } from "./dom.js";
import { common } from "./entries.js";
import { icon } from "./icons.js";

export const PICKED = { file_input: picker };

function picker(element, slot) {
  const { session, t } = slot.host;
  const most = element.max_files ?? 10;
  const accept = (element.filetypes ?? []).map((ending) => `.${ending}`).join(",");
  const field = h("input", { ...common(element, slot), type: "file", class: "visually-hidden", multiple: most > 1, accept: accept || null, onchange: take });
  // The browser's own button speaks the browser's language, not the person's.
  const open = h("button", { type: "button", class: "button", tabindex: -1, "aria-hidden": "true", onclick: () => field.click() }, icon("clip", 16), t("chooseFile"));
  const list = h("ul", { class: "attachments" });
  let files = slot.given?.files ?? [];

  async function take() {
    field.setAttribute("aria-busy", "true");
    for (const file of [...field.files].slice(0, most - (most > 1 ? files.length : 0))) await add(file);
    field.removeAttribute("aria-busy");
    field.value = "";
  }

  async function add(file) {
    const answer = await session.do("upload", await readFile(file));
    if (answer) keep([...(most > 1 ? files : []), { id: answer.file, name: file.name }]);
  }

  function keep(now) {
    files = now;
    slot.enter({ files }, field);
    show();
  }

  function show() {
    list.replaceChildren(...files.map((file) => h("li", {}, icon("file", 16), h("span", {}, file.name), remove(file))));
    list.hidden = !files.length;
  }

  function remove(file) {
    const label = t("remove", { name: file.name });
    const press = () => keep(files.filter((other) => other !== file));
    return h("button", { type: "button", class: "icon-button", "aria-label": label, onclick: press }, icon("close", 14));
  }

  show();
  return h("div", { class: "picker" }, field, open, list);
}
