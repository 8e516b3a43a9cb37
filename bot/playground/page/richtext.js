/** Rich text blocks as DOM nodes (docs.slack.dev/reference/block-kit/blocks/rich-text-block). */

import { fragment, h, link } from "./dom.js";
import { emojiOrName } from "./emoji.js";
import { mention } from "./mrkdwn.js";

const PARTS = {
  rich_text_section: (part, names) => h("div", { class: "line" }, inlines(part.elements, names)),
  rich_text_quote: (part, names) => h("blockquote", {}, inlines(part.elements, names)),
  rich_text_preformatted: (part) => h("pre", {}, h("code", {}, (part.elements ?? []).map((e) => e.text ?? e.url ?? ""))),
  rich_text_list: list,
};

export function renderRichText(block, names) {
  const parts = (block.elements ?? []).map((part) => PARTS[part.type]?.(part, names) ?? null);
  return h("div", { class: "rich-text" }, parts);
}

function list(part, names) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const items = (part.elements ?? []).map((item) => h("li", {}, inlines(item.elements, names)));
  const start = part.offset ? { start: part.offset + 1 } : {};
  return h(tag, { class: `indent-${Math.min(part.indent ?? 0, 8)}`, ...start }, items);
}

function inlines(elements = [], names) {
  return elements.map((element) => withStyle(inline(element, names), element.style));
}

function inline(element, names) {
  switch (element.type) {
    case "text":
      return textWithBreaks(element.text ?? "");
    case "link":
      return link(element.url, element.text || element.url);
    case "emoji":
      return h("span", { class: "emoji", title: `:${element.name}:` }, emojiOrName(element.name));
    case "user":
      return mention(`@${names.userName(element.user_id)}`, element.user_id === names.me?.id);
    case "channel":
      return mention(`#${names.channelName(element.channel_id)}`);
    case "usergroup":
      return mention(`@${element.usergroup_id}`);
    case "broadcast":
      return mention(`@${element.range}`, true);
    case "color":
      return h("span", {}, h("span", { class: "swatch", style: { "--swatch": element.value } }), element.value);
    case "date":
      return h("span", {}, element.fallback ?? new Date(element.timestamp * 1000).toLocaleString(names.me?.locale));
    default:
      return fragment(element.text ?? element.fallback ?? "");
  }
}

function textWithBreaks(text) {
  return fragment(text.split("\n").map((line, index) => (index ? [h("br"), line] : line)));
}

const TAGS = { bold: "strong", italic: "em", strike: "del", code: "code", underline: "u" };

function withStyle(node, style = {}) {
  return Object.entries(TAGS).reduce((inside, [name, tag]) => (style?.[name] ? h(tag, {}, inside) : inside), node);
}
