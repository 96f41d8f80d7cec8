// Slack's mrkdwn to nodes: code, quotes, emphasis, links, mentions, dates, emoji. Escapes are undone in text nodes only.

import { el, link } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { channelById, person, shownName, store } from "./store.js";
import { dateWords, fullMoment } from "./time.js";

export const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** Called with a channel's id when a reader follows a mention of it; main.js sets it. */
export const follow = { channel: () => {} };

/** Nodes of a mrkdwn text. `verbatim`: plain addresses stay as they are, as the text object's flag says. */
export function mrkdwn(text, { verbatim = false } = {}) {
  return text.split(/\n?(```[\s\S]+?```)\n?/).flatMap((part) => {
    if (part.length > 6 && part.startsWith("```") && part.endsWith("```")) {
      return [el("pre", {}, unescape(part.slice(3, -3).replace(/^\n/, "").replace(/<([^>|]+)(?:\|([^>]*))?>/g, (_all, a, b) => b || a)))];
    }
    return quotesAndLines(part, verbatim);
  });
}

function quotesAndLines(text, verbatim) {
  const nodes = [];
  let quoted = null;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    const quote = line.match(/^(?:&gt;|>)(?!&gt;&gt;) ?(.*)$/);
    if (quote) {
      if (!quoted) nodes.push((quoted = el("blockquote")));
      else quoted.append(el("br"));
      quoted.append(...inline(quote[1], verbatim));
      return;
    }
    if (!quoted && index > 0) nodes.push(el("br"));
    quoted = null;
    nodes.push(...inline(line, verbatim));
  });
  return nodes;
}

/** The nodes of one line. */
function inline(text, verbatim) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(...words(plain, verbatim));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = codeAt(text, at) || angleAt(text, at) || emphasisAt(text, at, verbatim);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function codeAt(text, at) {
  if (text[at] !== "`") return null;
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { node: el("code", { text: unescape(text.slice(at + 1, end)) }), end: end + 1 };
}

function angleAt(text, at) {
  if (text[at] !== "<") return null;
  const end = text.indexOf(">", at);
  if (end < 0) return null;
  return { node: reference(text.slice(at + 1, end)), end: end + 1 };
}

const TAGS = { "*": "strong", _: "em", "~": "s" };
const isWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

function emphasisAt(text, at, verbatim) {
  const mark = text[at];
  const tag = TAGS[mark];
  if (!tag || isWord(text[at - 1]) || !text[at + 1] || /\s/.test(text[at + 1]) || text[at + 1] === mark) return null;
  for (let end = text.indexOf(mark, at + 2); end > 0; end = text.indexOf(mark, end + 1)) {
    if (!/\s/.test(text[end - 1]) && !isWord(text[end + 1]) && balanced(text.slice(at + 1, end))) {
      return { node: el(tag, {}, ...inline(text.slice(at + 1, end), verbatim)), end: end + 1 };
    }
  }
  return null;
}

const balanced = (text) => (text.match(/</g) || []).length === (text.match(/>/g) || []).length;

/** What stands between < and >. */
function reference(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescape(body.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) return moment(target.split("^"), label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice("!subteam^".length), label);
  if (target.startsWith("!")) return broadcast(target.slice(1).split("^")[0], label);
  return link(unescape(target), label ? withEmoji(label) : unescape(target).replace(/^mailto:|^tel:/, ""));
}

export function userMention(id, label = "") {
  const known = store.people.has(id);
  const name = known ? shownName(id) : label.replace(/^@/, "") || id;
  return el("span", { class: `mention${id === store.me?.id ? " mine" : ""}`, text: `@${name}`, title: known ? `@${person(id).name}` : null });
}

export function groupMention(id, label = "") {
  const group = store.groups.get(id);
  return el("span", { class: `mention${group?.mine ? " mine" : ""}`, text: group ? `@${group.handle}` : label || "@group" });
}

export function channelMention(id, label = "") {
  const channel = channelById(id);
  const name = channel?.name || label || "private-channel";
  const sign = channel?.private || (!channel && !label) ? icon("lock", 12) : "#";
  if (!channel) return el("span", { class: "mention" }, sign, name);
  return el("button", { class: "mention channel-link", type: "button", onclick: () => follow.channel(id) }, sign, name);
}

export function broadcast(range, label = "") {
  const known = ["here", "channel", "everyone"].includes(range);
  return el("span", { class: known ? "mention mine" : "", text: known ? `@${range}` : label || `<!${range}>` });
}

export function moment([, seconds, pattern, address], fallback) {
  const at = Number(seconds);
  const words = dateWords(at, pattern || "{date}", fallback);
  const node = el("time", { class: "date", text: words, title: Number.isFinite(at) ? fullMoment(at) : null });
  return address ? link(unescape(address), node) : node;
}

const ADDRESS = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/;

/** Plain words: short names become emoji, and addresses links unless verbatim. */
function words(text, verbatim) {
  const parts = verbatim ? [text] : text.split(ADDRESS);
  return parts.map((part, index) => (index % 2 ? link(unescape(part), unescape(part)) : named(unescape(part)))).flat();
}

function named(text) {
  return text.split(/(:[\w+-]+:)/).filter(Boolean).map((part) => {
    const sign = part.length > 2 && part.startsWith(":") && part.endsWith(":") ? emoji(part.slice(1, -1)) : null;
    return sign ? el("span", { class: "emoji", role: "img", "aria-label": part.slice(1, -1).replace(/_/g, " "), text: sign }) : part;
  });
}

/** Nodes of a text object, plain or mrkdwn. */
export function textObject(object) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text, { verbatim: object.verbatim === true });
  const text = object.emoji === false ? object.text : withEmoji(object.text);
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

/** A text object as one plain string, for labels. */
export const plainWords = (object) => {
  const text = typeof object === "string" ? object : object?.text || "";
  return object?.type === "mrkdwn" ? unescape(text).replace(/[*_~`]/g, "") : withEmoji(text);
};
