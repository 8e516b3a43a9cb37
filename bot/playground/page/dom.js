/** Builds DOM nodes. Nothing else on this page does, so no text that anybody wrote ever becomes markup. */

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "indeterminate"]);
const SAFE_URL = /^(https?:|mailto:|tel:|slack:)/i;

/**
 * An element. Attributes: `onclick` and the like are listeners, `style` is an object (the page's policy forbids style
 * attributes); null, undefined and false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...present(children));
  return node;
}

/** The children that are there, flat. */
export function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function setAttribute(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
  else if (PROPERTIES.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

export function fragment(...children) {
  const made = document.createDocumentFragment();
  made.append(...present(children));
  return made;
}

/** The address if a click on it can do no harm, else null: no javascript:, no data:. */
export function safeUrl(url) {
  const text = String(url ?? "").trim();
  return SAFE_URL.test(text) && URL.canParse(text) ? text : null;
}

/** A link, or its label alone where the address is not safe. */
export function link(url, ...label) {
  const href = safeUrl(url);
  const shown = present(label).length ? label : [String(url)];
  if (!href) return h("span", { class: "dead-link", title: String(url) }, ...shown);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...shown);
}

/** An image, or its description where the address is not safe. */
export function picture(url, alt, attributes = {}) {
  const src = /^(https?:|data:image\/(png|jpeg|gif|webp);|\/)/i.test(String(url ?? "")) ? url : null;
  if (!src) return h("span", { class: "note" }, alt);
  return h("img", { src, alt, referrerpolicy: "no-referrer", ...attributes });
}

let made = 0;

/** An id for aria-labelledby and the like, used nowhere else in the page. */
export function freshId(prefix) {
  made += 1;
  return `${prefix}-${made}`;
}

/** Runs `then` soon, once, however often it is asked to in between. */
export function soon(then, delayMs) {
  let timer = 0;
  return () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      then();
    }, delayMs);
  };
}
