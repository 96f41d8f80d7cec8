// Where a person types: messages, slash commands from the manifest, and completion of @people and #channels.

import { act, sentence, tried } from "./api.js";
import { avatar, el, fill } from "./dom.js";
import { emojiNamed } from "./emoji.js";
import { icon } from "./icons.js";
import { openMenu } from "./popup.js";
import { lastingName, store } from "./store.js";

let made = 0;

/** Under which name a draft is kept in this tab: by names, since a Slack that is started anew has other ids. */
const draftKey = ({ channel, thread }) => `draft ${store.me.name} ${lastingName(channel)} ${thread || ""}`;

function keepDraft({ input, to }) {
  if (input.value) sessionStorage.setItem(draftKey(to), input.value);
  else sessionStorage.removeItem(draftKey(to));
}

/** `to`: {channel, thread?, placeholder, too?, editLast()}: `too` says that a reply may go to the channel, too. Returns the composer's node, with what was typed there and not sent. */
export function composer(to) {
  const id = `complete-${(made += 1)}`;
  const input = el("textarea", { rows: "1", "aria-label": to.placeholder, placeholder: to.placeholder, role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, spellcheck: "true" });
  const note = el("div", { class: "composer-note", role: "alert", hidden: true });
  const list = el("div", { class: "completions", id, role: "listbox", hidden: true });
  const send = el("button", { type: "button", class: "send", "aria-label": "Send now", title: "Send now" }, icon("send"));
  const tools = to.thread ? null : shortcuts(to);
  const too = to.thread ? el("input", { type: "checkbox" }) : null;
  const box = el("div", { class: "composer-box" }, input, too && el("label", { class: "also-send" }, too, ` ${to.too}`), el("div", { class: "composer-foot" }, tools, el("span", { class: "composer-hint", text: "Enter to send · Shift+Enter for a new line" }), send));
  const node = el("div", { class: "composer" }, note, list, box);
  const state = { to, too, input, note, list, send, items: [], active: 0, sent: [] };
  input.addEventListener("input", () => typed(state));
  input.addEventListener("keydown", (event) => key(state, event));
  input.addEventListener("blur", () => hide(state));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  send.addEventListener("click", () => submit(state));
  input.value = sessionStorage.getItem(draftKey(to)) || "";
  grow(state);
  requestAnimationFrame(() => grow(state));
  return node;
}

function shortcuts(to) {
  const own = store.shortcuts.filter((each) => each.type === "global");
  if (!own.length && !store.commands.length) return null;
  const button = el("button", { type: "button", class: "plus", "aria-label": "Shortcuts", title: "Shortcuts", "aria-haspopup": "menu", "aria-expanded": "false", text: "+" });
  button.addEventListener("click", () => openMenu(button, "Shortcuts", [{ heading: "Shortcuts" }, ...own.map((each) => ({
    label: each.name, detail: each.description || store.bot?.name, act: () => tried("shortcut", { callback_id: each.callback_id, channel: to.channel }, `“${each.name}”`),
  }))]));
  return button;
}

function typed(state) {
  grow(state);
  say(state, "");
  complete(state);
}

/** As high as its words need; whatever changes the words comes by here. */
function grow(state) {
  const { input, send } = state;
  keepDraft(state);
  input.style.height = "auto";
  if (input.isConnected) input.style.height = `${Math.min(220, input.scrollHeight)}px`;
  send.disabled = !input.value.trim();
}

function say({ note }, words) {
  note.textContent = words;
  note.hidden = !words;
}

const commandItems = (query) => store.commands.filter((each) => each.command.startsWith(query)).map((each) => ({
  key: each.command, insert: `${each.command} `, label: each.command, hint: each.usage_hint || "", detail: each.description,
}));

/** A name that begins with what was typed comes before one that has it inside: @ana is Ana, not Dana. People come before apps. */
const rank = (text, query) => (` ${text}`.includes(` ${query}`) ? 0 : 1);
const names = (each) => `${each.name} ${each.real_name || ""}`.toLowerCase();

const personItems = (query) => [...store.people.values()].filter((each) => !each.deleted && names(each).includes(query)).sort((one, other) => rank(names(one), query) - rank(names(other), query) || Boolean(one.is_bot) - Boolean(other.is_bot)).slice(0, 8)
  .map((each) => ({ key: each.id, insert: `@${each.name} `, label: each.real_name || each.name, hint: `@${each.name}`, icon: avatar(each, 22) }));

const MANY = [["channel", "Notify everyone in this channel"], ["here", "Notify everyone who is here now"]];
const manyItems = (query) => [...[...store.groups.values()].map((each) => [each.handle, "A group"]), ...MANY].filter(([name]) => name.startsWith(query))
  .map(([name, detail]) => ({ key: name, insert: `@${name} `, label: `@${name}`, hint: detail }));

const channelItems = (query) => store.channels.filter((each) => !each.archived && each.name.includes(query)).slice(0, 8)
  .map((each) => ({ key: each.id, insert: `#${each.name} `, label: each.private ? each.name : `#${each.name}`, hint: "", icon: each.private ? icon("lock", 15) : null }));

const emojiItems = (query) => emojiNamed(query).map(([name, sign]) => ({ key: name, insert: `:${name}: `, label: sign, hint: `:${name}:` }));

function complete(state) {
  const { input } = state;
  const upTo = input.value.slice(0, input.selectionStart);
  const word = upTo.match(/(^|\s)([@#][\p{L}\p{N}._-]*|:[a-z0-9_+-]{2,})$/u);
  if (/^\/\S*$/.test(upTo)) state.items = commandItems(upTo.toLowerCase());
  else if (word) state.items = ({ "@": (query) => [...personItems(query), ...manyItems(query)].slice(0, 8), "#": channelItems, ":": emojiItems })[word[2][0]](word[2].slice(1).toLowerCase());
  else state.items = [];
  state.from = /^\//.test(upTo) && !word ? 0 : upTo.length - (word ? word[2].length : 0);
  state.active = 0;
  show(state);
}

function show(state) {
  const { list, input, items, active } = state;
  list.hidden = !items.length;
  input.setAttribute("aria-expanded", String(items.length > 0));
  fill(list, items.map((item, index) => el("div", { class: `completion${index === active ? " active" : ""}`, id: `${list.id}-${index}`, role: "option", "aria-selected": String(index === active), onclick: () => accept(state, item) },
    item.icon || null, el("strong", { text: item.label }), el("span", { class: "completion-hint", text: item.hint }), item.detail ? el("small", { text: item.detail }) : null)));
  if (items.length) input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  else input.removeAttribute("aria-activedescendant");
}

function hide(state) {
  state.items = [];
  show(state);
}

function accept(state, item) {
  const { input } = state;
  const rest = input.value.slice(input.selectionStart).replace(/^\s/, "");
  input.value = input.value.slice(0, state.from) + item.insert + rest;
  const at = state.from + item.insert.length;
  input.setSelectionRange(at, at);
  hide(state);
  grow(state);
  input.focus();
}

function key(state, event) {
  const { items, active, input } = state;
  if (event.isComposing) return;
  if (items.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    state.active = (active + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
    show(state);
  } else if (items.length && (event.key === "Tab" || (event.key === "Enter" && input.value.trim() !== items[active].insert.trim()))) {
    event.preventDefault();
    accept(state, items[active]);
  } else if (items.length && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    hide(state);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(state);
  } else if (event.key === "ArrowUp" && !input.value) {
    event.preventDefault();
    recall(state);
  }
}

/** Up in an empty box: the command that was sent last comes back to be sent again; else one's last message is edited. */
function recall(state) {
  const last = state.sent[state.sent.length - 1] || "";
  if (!last.startsWith("/") && state.to.editLast()) return;
  state.input.value = last;
  grow(state);
}

async function submit(state) {
  const { input, to } = state;
  const text = input.value.trim();
  if (!text) return;
  hide(state);
  state.sent.push(text);
  input.value = "";
  grow(state);
  const fields = { channel: to.channel, text, ...(to.thread ? { thread_ts: to.thread, reply_broadcast: state.too.checked } : {}) };
  if (text.startsWith("/")) await command(state, text, fields);
  else await speak(state, text, fields);
}

async function speak(state, text, fields) {
  const result = await act("say", fields, { quiet: true });
  if (result.ok && state.too) state.too.checked = false;
  await restoreUnlessSent(state, text, result);
}

async function command(state, text, fields) {
  const name = text.split(/\s/)[0];
  if (!store.commands.some((each) => each.command === name)) {
    giveBack(state, text, `${name} is not a valid command. To send it as a message, put a space or a word before the “/”.`);
  } else if (state.to.thread) {
    giveBack(state, text, `${name} is not supported in threads. Sorry! Use it in the channel, or use a message shortcut.`);
  } else {
    const result = await act("command", fields, { quiet: true });
    if (result.answer?.error) giveBack(state, text, `${name} failed: ${sentence(result.answer.error)}`);
    else await restoreUnlessSent(state, text, result);
  }
}

async function restoreUnlessSent(state, text, result) {
  if (!result.ok) giveBack(state, text, sentence(result.error));
}

/** Put words back that were not sent, unless the person types something else already. */
function giveBack(state, text, why) {
  if (!state.input.value) state.input.value = text;
  grow(state);
  say(state, why);
}
