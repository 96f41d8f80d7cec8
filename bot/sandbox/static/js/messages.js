// Messages: drawn in groups with days between them; one that has not changed keeps its node.

import { act, sentence } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { arrows, avatar, el, link, toast } from "./dom.js";
import { askOptions } from "./elements.js";
import { icon } from "./icons.js";
import { editor, files, isEdited, reactions, tools } from "./message_menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { person, shownName, store } from "./store.js";
import { ago, clock, dayName, fullMoment, isoDate } from "./time.js";

const QUIET = new Set(["tombstone", "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive", "channel_unarchive", "group_join", "group_leave", "group_topic", "group_purpose", "group_name", "group_archive", "group_unarchive", "pinned_item", "bot_add"]);
const TOGETHER = 300;

/** Ephemerals that this reader has sent away; Slack forgets them too. */
const dismissed = new Set();

/** What this reader chose and typed in messages: it stays while they are drawn anew, and goes with the next action. */
const filled = new Map();

function surface(message) {
  const key = `${message.channel} ${message.ts}`;
  if (!filled.has(key)) filled.set(key, {});
  const values = filled.get(key);
  return {
    values,
    fold: true,
    changed: () => {},
    options: (block, action, typed) => askOptions({ channel: message.channel, ts: message.ts }, block, action, typed),
    act: async (action) => {
      const result = await act(action.type === "button" ? "click" : "select", { channel: message.channel, ts: message.ts, thread_ts: message.thread_ts || undefined, action, state: values });
      if (result.answer?.error) toast(sentence(result.answer.error));
    },
  };
}

function head(message, author) {
  const app = author.is_bot ? el("span", { class: "app-tag", text: "APP" }) : null;
  return el("div", { class: "message-head" }, el("span", { class: "author", text: shownName(message.user) }), app, el("time", { class: "when", text: clock(Number(message.ts)), title: fullMoment(Number(message.ts)) }));
}

function attachments(message, context) {
  return (message.attachments || []).map((each) => {
    const holder = el("div", { class: "attachment" });
    holder.style.borderColor = /^#?[0-9a-f]{6}$/i.test(each.color || "") ? `#${each.color.replace("#", "")}` : "#ddd";
    if (each.blocks) drawBlocks(holder, each.blocks, context);
    else holder.append(...mrkdwn(each.text || each.fallback || ""));
    return holder;
  });
}

function replies(message, on) {
  if (!message.reply_count || !on.thread) return null;
  const faces = (message.reply_users || []).slice(0, 5).map((id) => avatar(person(id), 22));
  const words = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  return el("button", { type: "button", class: "replies", onclick: () => on.thread(message.ts) }, faces, el("span", { class: "replies-count", text: words }),
    message.latest_reply ? el("span", { class: "replies-last", text: `Last reply ${ago(Number(message.latest_reply))}` }) : null);
}

/** The first words of what a reply was to. */
function gist(root) {
  const words = root ? [...mrkdwn(root.text || "")].map((node) => node.textContent ?? node).join("").trim() : "";
  return words.length > 80 ? `${words.slice(0, 79)}…` : words || "View thread";
}

function marks(message, on) {
  const only = message.ephemeral ? el("div", { class: "only-you" }, icon("eye", 14), "Only visible to you · ",
    el("button", { type: "button", class: "plain-link", text: "Dismiss", onclick: () => (dismissed.add(message.ts), on.redraw()) })) : null;
  const broadcast = message.subtype !== "thread_broadcast" ? null
    : on.thread ? el("div", { class: "only-you" }, "replied to a thread: ", el("button", { type: "button", class: "plain-link to-thread", text: gist(message.root), onclick: () => on.thread(message.thread_ts) }))
      : el("div", { class: "only-you", text: "Also sent to the channel" });
  return [only, broadcast, message.pinned ? el("div", { class: "pinned-mark" }, icon("pin", 13), message.pinned_by ? `Pinned by ${message.pinned_by === store.me.id ? "you" : shownName(message.pinned_by)}` : "Pinned") : null];
}

/** What was deleted, while its thread is there. */
function tombstone(message, on) {
  return el("article", { class: "message gone", dataset: { ts: message.ts }, tabindex: "-1", "aria-label": "A deleted message" },
    el("div", { class: "gutter" }, icon("trash", 18)), el("div", { class: "content" }, el("div", { class: "message-body", text: message.text }), replies(message, on)));
}

/** One message. `follows`: the same person spoke just before, so neither face nor name is repeated. */
function draw(message, follows, on) {
  if (message.subtype === "tombstone") return tombstone(message, on);
  const author = person(message.user);
  const context = surface(message);
  const edited = message.edited ? el("span", { class: "edited", text: " (edited)", title: message.edited.ts ? fullMoment(Number(message.edited.ts)) : null }) : null;
  const body = el("div", { class: "message-body" });
  if (isEdited(message)) {
    body.append(editor(message, on));
  } else if (message.blocks?.length) {
    const holder = el("div", { class: "blocks" });
    drawBlocks(holder, message.blocks, context);
    body.append(holder);
  } else if (message.text) {
    body.append(el("div", { class: "text" }, mrkdwn(QUIET.has(message.subtype) ? message.text.replace(`<@${message.user}> `, "") : message.text), edited));
  }
  body.append(...attachments(message, context), ...files(message, link));
  if (edited && !edited.isConnected && message.blocks?.length) body.append(edited);
  const quiet = QUIET.has(message.subtype);
  const gutter = follows ? el("time", { class: "gutter-time", text: clock(Number(message.ts)) }) : avatar(author, quiet ? 20 : 36);
  return el("article", { class: `message${follows ? " follows" : ""}${message.ephemeral ? " ephemeral" : ""}${message.pinned ? " pinned" : ""}${quiet ? " quiet" : ""}`, dataset: { ts: message.ts }, tabindex: "-1", "aria-label": `${shownName(message.user)} at ${clock(Number(message.ts))}` },
    el("div", { class: "gutter" }, gutter), el("div", { class: "content" }, marks(message, on), follows ? null : head(message, author), body, reactions(message), replies(message, on)), message.ephemeral || quiet ? null : tools(message, on));
}

const line = () => el("hr", { class: "day-line" });
const fresh = () => el("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, el("span", { text: "New" }));
const divider = (ts) => el("div", { class: "day" }, el("span", { text: dayName(Number(ts)) }));

/**
 * Draw a list of messages. `on`: {thread(ts) or absent, redraw()}; `between`: nodes to put after the first message
 * (a thread's count of replies); `on.newAfter`: the ts up to which this reader has read, or null; `on.intro`: what stands
 * above them. Stays at the end when the reader was there.
 */
export function drawMessages(holder, messages, on, between = null) {
  const atEnd = holder.scrollHeight - holder.scrollTop - holder.clientHeight < 80 || holder.dataset.fresh === "yes";
  const before = holder.drawnMessages || new Map();
  const after = new Map();
  const nodes = on.intro ? [keep(before, after, "intro", on.intro.key, on.intro.make)] : [];
  let last = null;
  let marked = false;
  for (const message of messages.filter((each) => !dismissed.has(each.ts))) {
    const sameDay = last && isoDate(Number(last.ts)) === isoDate(Number(message.ts));
    if (!sameDay && !between) {
      const day = isoDate(Number(message.ts));
      nodes.push(keep(before, after, `line ${day}`, "", line), keep(before, after, `day ${day}`, dayName(Number(message.ts)), () => divider(message.ts)));
    }
    const isNew = Boolean(!marked && on.newAfter && message.user !== store.me.id && !QUIET.has(message.subtype) && Number(message.ts) > Number(on.newAfter));
    marked ||= isNew;
    if (isNew) nodes.push(keep(before, after, "new", on.newAfter, fresh));
    const follows = Boolean(!isNew && sameDay && last.user === message.user && Number(message.ts) - Number(last.ts) < TOGETHER && !QUIET.has(last.subtype) && !QUIET.has(message.subtype) && !last.ephemeral && !message.ephemeral && !message.pinned && message.subtype !== "thread_broadcast" && !(between && last === messages[0]));
    const json = JSON.stringify([message, follows, isEdited(message), store.people.size, store.channels.length]);
    nodes.push(keep(before, after, message.ts + (message.ephemeral ? "e" : ""), json, () => draw(message, follows, on)));
    if (between && message === messages[0]) nodes.push(between);
    last = message;
  }
  holder.drawnMessages = after;
  settle(holder, nodes);
  const mine = last?.user === store.me.id && before.size > 0 && !before.has(last.ts);
  if (atEnd || mine) holder.scrollTop = holder.scrollHeight;
  holder.dataset.fresh = "no";
}

function keep(before, after, key, json, make) {
  const old = before.get(key);
  const node = old && old.json === json ? old.node : make();
  after.set(key, { json, node });
  return node;
}

/** Make the children of `holder` these nodes, moving none that is in its place; the focus stays in a redrawn message. */
export function settle(holder, nodes) {
  const active = holder.contains(document.activeElement) ? document.activeElement : null;
  const ts = active?.closest("[data-ts]")?.dataset.ts;
  const key = active?.closest("[data-key]")?.dataset.key;
  const wanted = new Set(nodes);
  for (const child of [...holder.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (holder.children[index] !== node) holder.insertBefore(node, holder.children[index] || null);
  });
  if (ts && document.activeElement !== active) {
    const message = holder.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    const target = key ? message?.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
    const field = target?.matches("button, input, textarea") ? target : target?.querySelector("input, textarea") || message || holder;
    const at = active.matches("textarea, input[type=text]") ? [active.selectionStart, active.selectionEnd] : null;
    field.focus({ preventScroll: true });
    if (at && field.setSelectionRange) field.setSelectionRange(...at);
  }
}

/** Keep a list at its end, when the reader is there, while pictures arrive and the window changes. */
export function keptAtEnd(list) {
  let atEnd = true;
  const stay = () => atEnd && (list.scrollTop = list.scrollHeight);
  list.addEventListener("scroll", () => (atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80));
  list.addEventListener("load", stay, true);
  new ResizeObserver(stay).observe(list);
}

/** Let the arrows walk from message to message: up from the list's end, and on. */
export function walkable(list) {
  arrows(list, "article.message");
  list.addEventListener("keydown", (event) => {
    if (event.target !== list || event.key !== "ArrowUp") return;
    event.preventDefault();
    list.querySelector("article.message:last-of-type")?.focus();
  });
}
