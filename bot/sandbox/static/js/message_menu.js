// What a person can do with a message: its buttons and menu, reactions, and the small editor of one's own words.

import { act, sentence } from "./api.js";
import { el, toast } from "./dom.js";
import { emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { unescape } from "./mrkdwn.js";
import { confirmed, openMenu } from "./popup.js";
import { channelById, shownName, store } from "./store.js";

const OFFERED = ["white_check_mark", "eyes", "raised_hands", "+1", "-1", "tada", "heart", "pray", "joy", "thinking_face", "rotating_light", "rocket"];

/** The message whose words are being edited: its ts, or null. */
let edited = null;
export const isEdited = (message) => edited !== null && edited === message.ts;

function mayWrite(id) {
  const channel = channelById(id);
  return !channel || (channel.is_member && !channel.archived);
}

const place = (message) => ({ channel: message.channel, ts: message.ts });
const reactWith = (message, name) => act("react", { ...place(message), name });

/** The buttons that show beside a message. `on`: {thread(ts) or absent, redraw()}. */
export function tools(message, on) {
  const write = mayWrite(message.channel);
  const face = opener("Add reaction", "smile", "Reactions", () => OFFERED.map((name) => ({ label: name.replace(/_/g, " "), icon: el("span", { class: "emoji", "aria-hidden": "true", text: emoji(name) }), act: () => reactWith(message, name) })));
  const thread = on.thread ? el("button", { type: "button", class: "tool", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => on.thread(message.ts) }, icon("thread")) : null;
  return el("div", { class: "tools" }, write ? face : null, thread, opener("More message shortcuts", "more", "Message shortcuts", () => menu(message, on, write)));
}

function opener(label, sign, title, items) {
  const button = el("button", { type: "button", class: "tool", "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false", title: label }, icon(sign));
  button.addEventListener("click", () => openMenu(button, title, items()));
  return button;
}

function menu(message, on, write) {
  const own = write && message.user === store.me.id;
  return [
    ...store.shortcuts.filter((each) => each.type === "message").map((each) => ({ label: each.name, detail: store.bot?.name, act: () => shortcut(each, message) })),
    write ? { label: message.pinned ? "Unpin from this conversation" : "Pin to this conversation", act: () => act("pin", place(message)) } : null,
    { label: "Copy text", act: () => navigator.clipboard?.writeText(asTyped(message.text || "")) },
    own ? { label: "Edit message", act: () => edit(message.ts, on) } : null,
    own ? { label: "Delete message…", act: () => remove(message) } : null,
  ].filter(Boolean);
}

async function shortcut(each, message) {
  const result = await act("message_shortcut", { callback_id: each.callback_id, ...place(message) });
  if (result.answer?.error) toast(`“${each.name}” failed: ${sentence(result.answer.error)}`);
}

async function remove(message) {
  const sure = await confirmed({ title: "Delete message", text: "Are you sure you want to delete this message? This cannot be undone.", confirm: "Delete", deny: "Cancel", style: "danger" });
  if (sure) act("delete", place(message));
}

// --- Editing ------------------------------------------------------------------------------------------------------

function edit(ts, on) {
  edited = ts;
  on.redraw();
}

/** Edit one's own newest message of a list; tells whether there is one. */
export function editLast(messages, on) {
  const own = messages.filter((each) => each.user === store.me.id && !each.subtype && !each.ephemeral);
  if (own.length) edit(own[own.length - 1].ts, on);
  return own.length > 0;
}

/** A message's text as somebody would type it: names instead of ids. */
export function asTyped(text) {
  const names = text.replace(/<([@#])(\w+)(?:\|[^>]*)?>/g, (all, sign, id) => {
    const name = sign === "@" ? store.people.get(id)?.name : channelById(id)?.name;
    return name ? `${sign}${name}` : all;
  });
  return unescape(names.replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, "$1"));
}

/** The editor that stands in the place of a message's words. Enter saves, Escape leaves them as they were. */
export function editor(message, on) {
  const field = el("textarea", { class: "field editor-field", rows: "2", "aria-label": "Edit message" });
  field.value = asTyped(message.text || "");
  const save = async () => {
    if (!(await act("edit", { ...place(message), text: field.value })).ok) return;
    edit(null, on);
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !["Escape", "Enter"].includes(event.key) || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") save();
    else edit(null, on);
  });
  queueMicrotask(() => field.isConnected && field.focus());
  return el("div", { class: "editor" }, field, el("div", { class: "editor-foot" }, el("button", { type: "button", class: "button", text: "Cancel", onclick: () => edit(null, on) }), el("button", { type: "button", class: "button primary", text: "Save", onclick: save })));
}

// --- Reactions ----------------------------------------------------------------------------------------------------

/** The reactions below a message; pressing one adds mine, or takes it back. */
export function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((each) => {
    const mine = each.users.includes(store.me.id);
    const who = each.users.map((id) => (id === store.me.id ? "you" : shownName(id))).join(", ");
    return el("button", { type: "button", class: `reaction${mine ? " mine" : ""}`, "aria-pressed": String(mine), disabled: !mayWrite(message.channel), "aria-label": `${each.name.replace(/_/g, " ")}: ${each.users.length}, ${who}`, title: `${who} reacted with :${each.name}:`, onclick: () => reactWith(message, each.name) },
      el("span", { class: "emoji", text: emoji(each.name) || `:${each.name}:` }), String(each.users.length));
  }));
}

// --- Files --------------------------------------------------------------------------------------------------------

const sized = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`);

/** Uploaded files, as links. `link(address, ...children)` makes one. */
export function files(message, link) {
  return (message.files || []).map((file) => link(file.url_private || file.permalink || "",
    el("span", { class: "file" }, icon("file", 22), el("span", {}, el("strong", { text: file.title || file.name || file.id }), el("small", { text: [file.name, file.size ? sized(file.size) : ""].filter(Boolean).join(" · ") })))));
}
