/**
 * The standard Markdown of `markdown` blocks as DOM nodes (docs.slack.dev/reference/block-kit/blocks/markdown-block).
 *
 * What people and models write: headings, lists, quotes, fences, tables, emphasis, links. HTML in it stays text.
 */

import { fragment, h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const LIST = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const STARTS = [/^\s*(```|~~~)/, /^#{1,6}\s/, /^\s*>/, LIST, /^\s*([-*_])(\s*\1){2,}\s*$/];

export function renderMarkdown(text) {
  return h("div", { class: "markdown" }, blocks(text.replaceAll("\r\n", "\n").split("\n")));
}

function blocks(lines, depth = 0) {
  const made = [];
  for (let at = 0; at < lines.length; ) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const [node, next] = block(lines, at, depth);
    made.push(node);
    at = next;
  }
  return made;
}

/** The block that begins in line `at`, and the line after it. */
function block(lines, at, depth) {
  const line = lines[at];
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (/^\s*(```|~~~)/.test(line)) return fence(lines, at);
  if (heading) return [h(`h${Math.min(heading[1].length + 2, 6)}`, {}, inline(heading[2])), at + 1];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return [h("hr"), at + 1];
  if (depth < 8 && /^\s*>/.test(line)) return quote(lines, at, depth);
  if (depth < 8 && LIST.test(line)) return list(lines, at, depth);
  if (line.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? "")) return table(lines, at);
  return paragraph(lines, at);
}

function fence(lines, at) {
  const mark = lines[at].trim().slice(0, 3);
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  return [h("pre", {}, h("code", {}, lines.slice(at + 1, end).join("\n"))), end + 1];
}

function quote(lines, at, depth) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  const inside = lines.slice(at, end).map((line) => line.replace(/^\s*> ?/, ""));
  return [h("blockquote", {}, blocks(inside, depth + 1)), end];
}

function list(lines, at, depth) {
  const [, indent, marker] = LIST.exec(lines[at]);
  const ordered = /\d/.test(marker);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const found = LIST.exec(lines[end]);
    if (!found || found[1].length > indent.length + 1 || /\d/.test(found[2]) !== ordered) break;
    const start = end;
    end += 1;
    while (end < lines.length && belongs(lines, end, indent.length)) end += 1;
    const inside = lines.slice(start + 1, end).map((line) => line.replace(/^ {1,4}|^\t/, ""));
    items.push(h("li", {}, task(found[3]), blocks(inside, depth + 1)));
  }
  const start = ordered && parseInt(marker, 10) !== 1 ? { start: parseInt(marker, 10) } : {};
  return [h(ordered ? "ol" : "ul", start, items), end];
}

/** Deeper than the item, or a blank line before something deeper. */
function belongs(lines, at, indent) {
  const deeper = (line = "") => /\S/.test(line) && /^\s*/.exec(line)[0].length > indent + 1;
  return lines[at].trim() ? deeper(lines[at]) : deeper(lines[at + 1]);
}

function task(text) {
  const found = /^\[([ xX])\]\s+(.*)$/.exec(text);
  if (!found) return inline(text);
  return fragment(h("input", { type: "checkbox", disabled: true, checked: found[1] !== " " }), " ", inline(found[2]));
}

function table(lines, at) {
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const head = cells(lines[at]).map((cell) => h("th", {}, inline(cell)));
  const rows = lines.slice(at + 2, end).map((line) => h("tr", {}, cells(line).map((cell) => h("td", {}, inline(cell)))));
  return [h("div", { class: "table-scroll" }, h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows))), end];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !STARTS.some((start) => start.test(lines[end]))) end += 1;
  const shown = lines.slice(at, end).map((line, index) => (index ? [h("br"), inline(line)] : inline(line)));
  return [h("p", {}, shown), end];
}

const INLINE = [
  [/`([^`]+)`/, (found) => h("code", {}, found[1])],
  [/!?\[([^\]]*)\]\(\s*<?([^\s)>]+)>?(?:\s+["'][^)]*["'])?\s*\)/, (found) => link(found[2], found[1] || found[2])],
  [/<((?:https?:\/\/|mailto:)[^\s<>]+)>/i, (found) => link(found[1])],
  [/\bhttps?:\/\/[^\s<>*`]*[^\s<>*`_~.,;:!?)\]}"'。，！？；：）]/i, (found) => link(found[0])],
  [/\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)|(?<![\w_])__(?=\S)([\s\S]*?\S)__(?!\w)/, (found) => h("strong", {}, inline(found[1] ?? found[2]))],
  [/\*(?=[^\s*])([^*]*?[^\s*])\*(?!\*)|(?<![\w_])_(?=[^\s_])([^_]*?[^\s_])_(?!\w)/, (found) => h("em", {}, inline(found[1] ?? found[2]))],
  [/~~(?=\S)([\s\S]*?\S)~~/, (found) => h("del", {}, inline(found[1]))],
  [/\\([\\`*_{}[\]()#+\-.!~>|])/, (found) => fragment(found[1])],
  [/:([a-z0-9_+-]+):/, (found) => fragment(emoji(found[1]) ?? found[0])],
];

/** The inside of a line: of all that may come next, what comes first. */
function inline(text) {
  const made = fragment();
  let rest = text;
  while (rest) {
    const found = first(rest);
    if (!found) break;
    made.append(rest.slice(0, found.match.index), found.make(found.match));
    rest = rest.slice(found.match.index + found.match[0].length);
  }
  made.append(rest);
  return made;
}

function first(text) {
  let best = null;
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(text);
    if (match && (!best || match.index < best.match.index)) best = { match, make };
  }
  return best;
}
