/**
 * Block Kit as DOM nodes (docs.slack.dev/reference/block-kit/blocks).
 *
 * A `host` is what the blocks stand in, a message or a form:
 *   names, t            the people and places, and the page's words
 *   act(action)         sends a press or a choice to the app; resolves when it is acknowledged
 *   given(block, action)   what has been entered there, or undefined
 *   enter(block, action, given)   remembers what was entered
 *   errors              complaints by block id
 */

import { enlarge } from "./dialogs.js";
import { freshId, fragment, h, link, picture } from "./dom.js";
import { renderElement } from "./elements.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { renderMrkdwn, renderPlain, renderText } from "./mrkdwn.js";
import { renderRichText } from "./richtext.js";

const BLOCKS = {
  actions: (block, host) => h("div", { class: "actions" }, block.elements.map((part) => element(part, block, host))),
  alert: (block, host) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, renderText(block.text, host.names)),
  card,
  carousel: (block, host) => h("div", { class: "carousel" }, block.elements.map((part) => card(part, host))),
  context: (block, host) => h("div", { class: "context" }, block.elements.map((part) => contextPart(part, host))),
  context_actions: (block, host) => h("div", { class: "actions quiet" }, block.elements.map((part) => element(part, block, host))),
  divider: () => h("hr"),
  header: (block) => h("h3", { class: "header" }, renderPlain(block.text)),
  image,
  input,
  markdown: (block) => renderMarkdown(block.text),
  plan: (block, host) => h("div", { class: "plan" }, h("strong", {}, block.title), (block.tasks ?? []).map((part) => task(part, host))),
  rich_text: (block, host) => renderRichText(block, host.names),
  section,
  table,
  task_card: task,
  video: (block) => h("div", { class: "note" }, link(block.title_url ?? block.video_url, renderPlain(block.title))),
};

export function renderBlocks(blocks, host) {
  return fragment(blocks.map((block) => renderBlock(block, host)));
}

function renderBlock(block, host) {
  const made = BLOCKS[block.type]?.(block, host) ?? h("p", { class: "note" }, host.t("unsupported", { type: block.type }));
  made.dataset.block = block.type;
  if (block.block_id) made.dataset.blockId = block.block_id;
  return made;
}

function element(part, block, host) {
  return renderElement(part, { host, blockId: block.block_id, dispatch: true });
}

function section(block, host) {
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, renderText(field, host.names))));
  const text = h("div", { class: "section-text" }, block.text && renderText(block.text, host.names), fields);
  const accessory = block.accessory && accessoryOf(block, host);
  return h("div", { class: "section" }, text, accessory && h("div", { class: "accessory" }, accessory));
}

function accessoryOf(block, host) {
  const { accessory } = block;
  return accessory.type === "image" ? zoomable(accessory, host, "thumb") : element(accessory, block, host);
}

function contextPart(part, host) {
  if (part.type === "image") return picture(part.image_url, part.alt_text, { class: "tiny", title: part.alt_text });
  return h("span", {}, renderText(part, host.names));
}

function image(block, host) {
  const caption = block.title ? h("figcaption", {}, renderPlain(block.title)) : null;
  return h("figure", { class: "picture" }, caption, zoomable(block, host, "large"));
}

/** A picture that a click shows in full; it keeps its place while it loads where its size is known. */
export function zoomable({ image_url: url, alt_text: alt = "", image_width: width, image_height: height }, host, kind) {
  const img = picture(url, alt, { width: width || null, height: height || null });
  const name = host.t("enlarge", { name: alt });
  return h("button", { type: "button", class: `zoom ${kind}`, "aria-label": name, title: alt, onclick: () => enlarge(url, alt, host.t) }, img);
}

function input(block, host) {
  const [control, label, hint, error] = ["control", "label", "hint", "error"].map(freshId);
  const complaint = host.errors?.[block.block_id];
  const slot = {
    host,
    blockId: block.block_id,
    dispatch: Boolean(block.dispatch_action),
    controlId: control,
    labelId: label,
    describedBy: [block.hint && hint, complaint && error].filter(Boolean).join(" ") || null,
    invalid: Boolean(complaint),
    optional: Boolean(block.optional),
  };
  const optional = block.optional ? h("span", { class: "optional" }, ` ${host.t("optional")}`) : null;
  return h(
    "div",
    { class: complaint ? "input invalid" : "input" },
    h("label", { class: "field-label", for: control, id: label }, renderPlain(block.label), optional),
    renderElement(block.element, slot),
    complaint ? h("p", { class: "field-error", id: error }, complaint) : null,
    block.hint ? h("p", { class: "hint", id: hint }, renderPlain(block.hint)) : null,
  );
}

function card(block, host) {
  const text = (object) => object && renderText(object, host.names);
  return h(
    "div",
    { class: "card" },
    block.hero_image && zoomable(block.hero_image, host, "hero"),
    h("strong", {}, text(block.title)),
    block.subtitle && h("small", {}, text(block.subtitle)),
    block.body && h("div", {}, text(block.body)),
    block.actions && h("div", { class: "actions" }, block.actions.map((part) => element(part, block, host))),
  );
}

function table(block, host) {
  const align = (index) => ({ "text-align": block.column_settings?.[index]?.align ?? "left" });
  const cell = (value, index, tag) => h(tag, { style: align(index) }, cellContent(value, host));
  const [head, ...rows] = block.rows.map((row, at) => h("tr", {}, row.map((value, index) => cell(value, index, at ? "td" : "th"))));
  return h("div", { class: "table-scroll" }, h("table", {}, h("thead", {}, head), h("tbody", {}, rows)));
}

function cellContent(value, host) {
  if (value.type === "rich_text") return renderRichText(value, host.names);
  return value.text ?? String(value.value ?? "");
}

const MARKS = { pending: "○", in_progress: "◐", complete: "✓", error: "!" };

function task(block, host) {
  const body = [block.details, block.output].filter(Boolean).map((part) => renderRichText(part, host.names));
  const sources = (block.sources ?? []).map((source) => link(source.url, source.text ?? source.url));
  const title = h("span", { class: `task-title ${block.status}` }, h("span", { class: "task-mark" }, MARKS[block.status] ?? "○"), " ", block.title);
  if (!body.length && !sources.length) return h("div", { class: "task" }, title);
  return h("details", { class: "task" }, h("summary", {}, title), body, sources);
}

/** The files of a message: pictures to look at, others to save. */
export function renderFiles(files, host) {
  const shown = files.map((file) =>
    file.thumb_360
      ? zoomable({ image_url: file.url_private, alt_text: file.alt_txt || file.title || file.name, image_width: file.w, image_height: file.h }, host, "large")
      : h("a", { class: "file", href: file.url_private, download: file.name }, icon("file"), h("span", {}, file.name)),
  );
  return h("div", { class: "files" }, shown);
}

/** A message's own text, where it has no blocks. */
export function renderMessageText(text, host) {
  return h("div", { class: "text" }, renderMrkdwn(text, host.names));
}
