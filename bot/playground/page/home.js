/** The app's home tab. */

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { Form, focusIn } from "./form.js";

export function createHome(session) {
  const inside = h("div", { class: "home-inside" });
  const node = h("div", { class: "home", hidden: true, "data-home": true }, inside);
  let form = null;
  const render = () => {
    const view = session.home;
    if (!view) return inside.replaceChildren(h("p", { class: "note" }, session.t("noHome")));
    if (form?.view.hash === view.hash) return;
    if (form?.view.id === view.id) form.update(view);
    else form = new Form(session, view);
    const comeBack = focusIn(inside);
    inside.replaceChildren(renderBlocks(view.blocks, form));
    comeBack(inside);
  };
  session.on("home", render);
  render();
  return node;
}
