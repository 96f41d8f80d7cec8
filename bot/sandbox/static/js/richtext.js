// The rich_text block, the markdown block and the table block, as nodes.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, groupMention, moment, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark" };

const INLINE = {
  text: (part) => el("span", { class: "pre-line", text: part.text }),
  link: (part) => link(part.url, part.text || part.url),
  user: (part) => userMention(part.user_id),
  usergroup: (part) => groupMention(part.usergroup_id),
  channel: (part) => channelMention(part.channel_id),
  team: (part) => el("span", { class: "mention", text: part.team_id }),
  emoji: (part) => el("span", { class: "emoji", text: emoji(part.name) || `:${part.name}:` }),
  date: (part) => moment(["", part.timestamp, part.format, part.url], part.fallback || ""),
  broadcast: (part) => broadcast(part.range),
  color: (part) => el("code", { text: part.value }),
};

function inline(part) {
  let node = (INLINE[part.type] || (() => el("span")))(part);
  for (const [style, tag] of Object.entries(STYLES)) {
    if (part.style?.[style]) node = el(tag, {}, node);
  }
  return node;
}

function element(part) {
  const inside = () => part.elements.map(inline);
  if (part.type === "rich_text_preformatted") return el("pre", {}, part.elements.map((each) => each.text || each.url || ""));
  if (part.type === "rich_text_quote") return el("blockquote", {}, inside());
  if (part.type === "rich_text_list") {
    const list = el(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent || 0}`, start: part.offset ? part.offset + 1 : null });
    list.append(...part.elements.map((item) => el("li", {}, item.elements.map(inline))));
    return list;
  }
  return el("div", { class: "rich-section" }, inside());
}

export const richText = (block) => el("div", { class: "rich-text" }, block.elements.map(element));

// --- Markdown: what Slack draws of it, line by line -------------------------------------------------------------

const SPANS = [
  [/^`([^`]+)`/, (found) => el("code", { text: found[1] })],
  [/^!\[([^\]]*)\]\(([^)\s]+)[^)]*\)/, (found) => link(found[2], found[1] || found[2])],
  [/^\[([^\]]+)\]\(([^)\s]+)[^)]*\)/, (found) => link(found[2], ...markdownInline(found[1]))],
  [/^<(https?:[^>]+)>/, (found) => link(found[1], found[1])],
  [/^(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])/, (found) => link(found[1], found[1])],
  [/^\*\*(?=\S)([\s\S]*?\S)\*\*/, (found) => el("strong", {}, ...markdownInline(found[1]))],
  [/^__(?=\S)([\s\S]*?\S)__/, (found) => el("strong", {}, ...markdownInline(found[1]))],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (found) => el("s", {}, ...markdownInline(found[1]))],
  [/^\*(?=\S)([^*]*?[^\s*])\*/, (found) => el("em", {}, ...markdownInline(found[1]))],
  [/^_(?=\S)([^_]*?[^\s_])_(?!\w)/, (found) => el("em", {}, ...markdownInline(found[1]))],
  [/^:([\w+-]+):/, (found) => emoji(found[1]) || found[0]],
  [/^\\([\\`*_{}[\]()#+\-.!|~>])/, (found) => found[1]],
];

function markdownInline(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const inWord = at > 0 && /\w/.test(text[at - 1]);
    const hit = !(inWord && /^[_h]/.test(rest)) && SPANS.map(([shape, make]) => [rest.match(shape), make]).find(([found]) => found);
    if (hit) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(hit[1](hit[0]));
      at += hit[0][0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

export function markdown(source) {
  const root = el("div", { class: "markdown" });
  const lines = source.replace(/\r/g, "").split("\n");
  for (let at = 0; at < lines.length; ) at = markdownBlock(lines, at, root);
  return root;
}

function run(lines, at, shape) {
  let end = at;
  while (end < lines.length && shape.test(lines[end])) end += 1;
  return end;
}

function markdownBlock(lines, at, root) {
  const line = lines[at];
  const heading = line.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (/^```/.test(line)) {
    let end = at + 1;
    while (end < lines.length && !/^```/.test(lines[end])) end += 1;
    root.append(el("pre", {}, lines.slice(at + 1, end).join("\n")));
    return end + 1;
  }
  if (heading) {
    root.append(el(`h${Math.min(6, heading[1].length + 1)}`, { class: "md-heading" }, ...markdownInline(heading[2])));
    return at + 1;
  }
  if (/^\s*(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
    root.append(el("hr"));
    return at + 1;
  }
  if (/^\s*\|.*\|\s*$/.test(line) && /^\s*\|[\s:|-]+\|\s*$/.test(lines[at + 1] || "")) return markdownTable(lines, at, root);
  if (/^\s*>/.test(line)) {
    const end = run(lines, at, /^\s*>/);
    const quote = lines.slice(at, end).map((each) => each.replace(/^\s*> ?/, ""));
    root.append(el("blockquote", {}, quote.flatMap((each, index) => [index ? el("br") : null, ...markdownInline(each)])));
    return end;
  }
  if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) return markdownList(lines, at, root);
  if (!line.trim()) return at + 1;
  const end = Math.max(at + 1, run(lines, at, /^(?!\s*$|#{1,6}\s|```|\s*>|\s*[-*+]\s|\s*\d+[.)]\s).*/));
  root.append(el("p", {}, lines.slice(at, end).flatMap((each, index) => [index ? el("br") : null, ...markdownInline(each)])));
  return end;
}

function markdownList(lines, at, root) {
  const end = run(lines, at, /^\s*([-*+]|\d+[.)])\s+|^\s{2,}\S/);
  const ordered = /^\s*\d/.test(lines[at]);
  const list = el(ordered ? "ol" : "ul");
  for (const line of lines.slice(at, end)) {
    const item = line.match(/^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/);
    if (!item) {
      list.lastChild?.append(" ", ...markdownInline(line.trim()));
      continue;
    }
    const box = item[2] === undefined ? null : item[2] === " " ? "☐ " : "☑ ";
    list.append(el("li", { class: `indent-${Math.min(4, Math.floor(item[1].length / 2))}` }, box, ...markdownInline(item[3])));
  }
  root.append(list);
  return end;
}

function markdownTable(lines, at, root) {
  const end = run(lines, at, /^\s*\|.*\|\s*$/);
  const cells = (line) => line.trim().slice(1, -1).split("|").map((each) => each.trim());
  const row = (line, tag) => el("tr", {}, cells(line).map((each) => el(tag, {}, ...markdownInline(each))));
  root.append(el("div", { class: "table-scroll" }, el("table", {}, row(lines[at], "th"), lines.slice(at + 2, end).map((line) => row(line, "td")))));
  return end;
}

// --- Table ------------------------------------------------------------------------------------------------------

function cell(object) {
  if (object.type === "rich_text") return richText(object);
  return object.type === "raw_number" ? object.text || String(object.value) : object.text;
}

/** The first row is the head, as Slack draws it. */
export function table(block) {
  const settings = block.column_settings || [];
  const row = (cells, tag) => el("tr", {}, cells.map((each, column) => {
    const node = el(tag, { class: settings[column]?.is_wrapped ? "wrapped" : null, scope: tag === "th" ? "col" : null }, cell(each));
    node.style.textAlign = settings[column]?.align || "left";
    return node;
  }));
  const [head, ...body] = block.rows;
  return el("div", { class: "table-scroll", tabindex: "0" }, el("table", {}, el("thead", {}, row(head, "th")), el("tbody", {}, body.map((each) => row(each, "td")))));
}
