/** Files that go with a message: picked, dropped or pasted. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const MOST_BYTES = 25 * 1024 * 1024;
const MOST_FILES = 10;

/** {button, list, any(), take(), acceptFrom(box, field)}; `complain` says what was refused. */
export function createAttachments(session, complain, changed) {
  const { t } = session;
  let files = [];
  const list = h("ul", { class: "attachments", "aria-label": t("attach"), hidden: true });
  const picker = h("input", { type: "file", multiple: true, hidden: true, "data-file-picker": true, onchange: () => add([...picker.files]) });
  const pick = h("button", { type: "button", class: "icon-button", "aria-label": t("attach"), title: t("attach"), onclick: () => picker.click() }, icon("clip"));

  async function add(given) {
    const [fitting, large] = [given.filter((file) => file.size <= MOST_BYTES), given.filter((file) => file.size > MOST_BYTES)];
    const read = await Promise.all(fitting.map(readFile));
    files = [...files, ...read].slice(0, MOST_FILES);
    picker.value = "";
    render();
    if (large.length) complain(t("tooLarge", { name: large[0].name }));
  }

  function render() {
    list.replaceChildren(...files.map(chip));
    list.hidden = !files.length;
    changed();
  }

  function chip(file) {
    const remove = () => {
      files = files.filter((other) => other !== file);
      render();
    };
    const label = t("remove", { name: file.name });
    return h("li", {}, icon("file", 16), h("span", {}, file.name), h("button", { type: "button", class: "icon-button", "aria-label": label, onclick: remove }, icon("close", 14)));
  }

  function acceptFrom(box, field) {
    const offered = (transfer) => [...(transfer?.files ?? [])];
    field.addEventListener("paste", (event) => {
      const pasted = offered(event.clipboardData);
      if (!pasted.length) return;
      event.preventDefault();
      add(pasted);
    });
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      add(offered(event.dataTransfer));
    });
  }

  function take() {
    const taken = files;
    files = [];
    render();
    return taken;
  }
  return { button: h("span", {}, pick, picker), list, any: () => files.length > 0, take, acceptFrom };
}

/** Resolves to what the workspace takes of a file. */
export function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve({ name: file.name, mimetype: file.type, data_base64: reader.result.slice(reader.result.indexOf(",") + 1) });
    reader.readAsDataURL(file);
  });
}
