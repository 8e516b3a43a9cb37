/**
 * Slack's message formatting as DOM nodes (docs.slack.dev/messaging/formatting-message-text).
 *
 * `names` is a Directory, or anything with userName(id), channelName(id) and me.id.
 */

import { fragment, h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const FENCE = /```\n?([\s\S]*?)\n?```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const ITEM = /^(\s*)([•◦▪*-]|\d{1,3}[.)])\s+(?=\S)/u;
const WORD = /[\p{L}\p{N}]/u;
const STYLES = { "*": "strong", _: "em", "~": "del" };
const BARE_URL = /^https?:\/\/[^\s<>|*`]*[^\s<>|*`_~.,;:!?)\]}"'。，！？；：）]/i;
const SHORTCODE = /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/i;

/** The whole text: code fences, quotes, lists and what stands in their lines. */
export function renderMrkdwn(text, names, { verbatim = false } = {}) {
  const made = fragment();
  let at = 0;
  for (const fence of text.matchAll(FENCE)) {
    made.append(renderLines(text.slice(at, fence.index).replace(/\n$/, ""), names, verbatim));
    made.append(h("pre", {}, h("code", {}, unescape(fence[1]))));
    at = fence.index + fence[0].length;
  }
  const rest = at ? text.slice(at).replace(/^\n/, "") : text;
  made.append(renderLines(rest, names, verbatim));
  return made;
}

/** Text that is shown as it is, but for emoji shortcodes where `emoji` is not false. */
export function renderPlain(object) {
  const text = object?.text ?? "";
  if (object?.emoji === false) return text;
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/gi, (all, name) => emoji(name.toLowerCase()) ?? all);
}

/** A text object: {type: "mrkdwn" | "plain_text", text}. */
export function renderText(object, names) {
  if (object?.type === "mrkdwn") return renderMrkdwn(object.text ?? "", names, { verbatim: object.verbatim });
  return fragment(renderPlain(object));
}

/** What the three entities stand for; Slack escapes no others. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function renderLines(text, names, verbatim) {
  const made = fragment();
  if (!text) return made;
  for (const run of runsOfQuotes(text.split("\n"))) {
    const lines = run.lines.map((line) => renderLine(line, names, verbatim));
    made.append(run.quoted ? h("blockquote", {}, lines) : fragment(lines));
  }
  return made;
}

/** Lines in runs that are quoted or not; `>>>` quotes all that follows. */
function runsOfQuotes(lines) {
  const runs = [];
  let onward = false;
  for (const line of lines) {
    const opens = /^(?:&gt;|>){3}/.exec(line);
    onward ||= Boolean(opens);
    const quoted = onward || QUOTE.test(line);
    const shown = opens ? line.slice(opens[0].length).trimStart() : line.replace(onward ? /^$/ : QUOTE, "");
    if (runs.at(-1)?.quoted === quoted) runs.at(-1).lines.push(shown);
    else runs.push({ quoted, lines: [shown] });
  }
  return runs;
}

function renderLine(line, names, verbatim) {
  const item = ITEM.exec(line);
  if (!item) return h("div", { class: "line" }, line ? renderInline(line, names, { verbatim }) : h("br"));
  const depth = Math.min(Math.floor(item[1].length / 2), 5);
  const rest = renderInline(line.slice(item[0].length), names, { verbatim });
  return h("div", { class: `line item depth-${depth}` }, h("span", { class: "marker" }, `${item[2]} `), h("span", {}, rest));
}

/** The inside of one line. */
export function renderInline(text, names, options = {}) {
  const made = fragment();
  let plain = "";
  const flush = () => {
    if (plain) made.append(unescape(plain));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = special(text, at, names, options);
    if (found) {
      flush();
      made.append(found.node);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return made;
}

/** What begins here, if it is more than a character: {node, length}. */
function special(text, at, names, options) {
  const character = text[at];
  if (character === "<") return angle(text.slice(at), names);
  if (character === "`") return code(text, at);
  if (character === ":") return shortcode(text.slice(at));
  if (character in STYLES) return styled(text, at, names, options);
  if ((character === "h" || character === "H") && !options.verbatim) return bareUrl(text, at);
  return null;
}

function angle(text, names) {
  const found = /^<([^<>\n]+)>/.exec(text);
  if (!found) return null;
  const [target, ...labels] = found[1].split("|");
  const label = labels.length ? unescape(labels.join("|")) : "";
  return { node: reference(target, label, names), length: found[0].length };
}

function reference(target, label, names) {
  const id = target.slice(1);
  if (target.startsWith("@")) return mention(`@${label || names.userName(id)}`, id === names.me?.id);
  if (target.startsWith("#")) return mention(`#${label || names.channelName(id)}`);
  if (target.startsWith("!")) return command(id, label);
  return link(unescape(target), label || unescape(target).replace(/^mailto:/, ""));
}

function command(id, label) {
  if (id.startsWith("date^")) return h("span", {}, label || id.split("^")[2] || "");
  if (id.startsWith("subteam^")) return mention(label || `@${id.split("^")[1]}`);
  return mention(label || `@${id}`, true);
}

/** `mine`: it calls the person who looks at it. */
export function mention(text, mine = false) {
  return h("span", { class: mine ? "mention mine" : "mention" }, text);
}

function code(text, at) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  const inside = unescape(text.slice(at + 1, end));
  return { node: h("code", {}, inside), length: end - at + 1 };
}

function shortcode(text) {
  const found = SHORTCODE.exec(text);
  const character = found && emoji(found[1].toLowerCase());
  return character ? { node: h("span", { class: "emoji", title: found[0] }, character), length: found[0].length } : null;
}

/** *bold*, _italic_ or ~strike~: the marks touch what they enclose, and no letter outside. */
function styled(text, at, names, options) {
  const mark = text[at];
  if (at > 0 && WORD.test(text[at - 1])) return null;
  for (let end = text.indexOf(mark, at + 2); end > 0; end = text.indexOf(mark, end + 1)) {
    const inside = text.slice(at + 1, end);
    const touches = !/^\s|\s$/.test(inside) && inside[0] !== mark;
    if (touches && !WORD.test(text[end + 1] ?? " ") && text[end + 1] !== mark) {
      return { node: h(STYLES[mark], {}, renderInline(inside, names, options)), length: end - at + 1 };
    }
  }
  return null;
}

function bareUrl(text, at) {
  if (at > 0 && WORD.test(text[at - 1])) return null;
  const found = BARE_URL.exec(text.slice(at));
  return found ? { node: link(unescape(found[0])), length: found[0].length } : null;
}
