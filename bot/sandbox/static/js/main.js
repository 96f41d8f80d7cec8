// The page as a whole: where the reader stands, and what is read again when something changes.

import { act, follow as followChanges, getHome, getMessages, getState, session, tried } from "./api.js";
import { startBackstage } from "./backstage.js";
import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { byId, el, fill, toast } from "./dom.js";
import { askOptions } from "./elements.js";
import { drawHeader } from "./header.js";
import { icon } from "./icons.js";
import { introOf } from "./intro.js";
import { startJump } from "./jump.js";
import { drawMessages, keptAtEnd, walkable } from "./messages.js";
import { editLast } from "./message_menu.js";
import { refreshModal } from "./modal.js";
import { follow as mentions, mrkdwn } from "./mrkdwn.js";
import { watchEnd } from "./newest.js";
import { notice } from "./popup.js";
import { drawSidebar, drawTopbar, tick } from "./sidebar.js";
import { appDm, channelById, dmById, inAppDm, lastingName, placeAsked, placeName, store, take } from "./store.js";
import { refreshThread } from "./thread.js";

const dirty = new Set();
let scheduled = false;
let working = false;
let listed = [];
let fromTheBeginning = false;
/** Up to which message the reader had read this place when they came here; null when there was nothing new. */
let newAfter = null;

/** Ask for something to be read again, soon and once. */
function again(...parts) {
  parts.forEach((part) => dirty.add(part));
  if (scheduled || working) return;
  scheduled = true;
  setTimeout(catchUp, 15);
}

async function catchUp() {
  scheduled = false;
  working = true;
  const parts = new Set(dirty);
  dirty.clear();
  try {
    if (parts.has("state")) await readState();
    await Promise.all([
      parts.has("messages") ? readMessages() : null,
      parts.has("thread") ? refreshThread(closeThread) : null,
      parts.has("view") ? refreshModal() : null,
      parts.has("home") && store.place.tab === "home" ? readHome() : null,
    ]);
  } catch (error) {
    byId("offline").hidden = false;
    setTimeout(() => again(...parts), 1500);
    if (!(error instanceof TypeError)) console.error(error);
  }
  working = false;
  if (dirty.size) again();
}

async function readState() {
  const state = await getState();
  if (store.born && store.born !== state.born) await startAnew();
  const stood = store.place.channel ? placeSign(store.place.channel) : "";
  take(state);
  session.as = store.me.id;
  if (stood && !known(store.place.channel)) {
    stand({ channel: firstPlace(), thread: null, tab: "messages" }, { push: false });
    tellLost(stood);
  }
  drawSidebar(go);
  drawHeader(HEADER);
  drawFoot();
  title();
}

const known = (id) => (channelById(id) || dmById(id) ? id : null);

const placeSign = (id) => (channelById(id) ? `#${placeName(id)}` : placeName(id));

/** Nobody's next words go to another place than they think. */
function tellLost(stood) {
  toast(`${stood} is not there any more. You are in ${placeSign(store.place.channel)} now.`);
}

/** Slack was started anew: its ids mean other things now, so this tab begins again, as whom and where it was by name. */
function startAnew() {
  location.replace(`${location.pathname}?${new URLSearchParams({ as: store.me.name, c: lastingName(store.place.channel) })}`);
  return new Promise(() => {});
}

/** Where a person stands who has no better place: the welcome's channel, else the first one that they are in. */
function firstPlace() {
  const first = store.channels.find((each) => each.is_member && !each.archived) || store.channels[0] || store.dms[0];
  return known(store.welcome?.channel) || first?.id || null;
}

function title() {
  const unread = [...store.channels, ...store.dms].reduce((sum, each) => sum + (each.user ? each.unread : each.mentions), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${store.place.channel ? placeName(store.place.channel) : ""} – Local Slack`;
}

async function readMessages() {
  const channel = store.place.channel;
  if (!channel) return;
  const { messages, whole } = await getMessages(channel);
  if (channel !== store.place.channel) return;
  listed = messages;
  fromTheBeginning = whole;
  redraw();
  const place = channelById(channel) || dmById(channel);
  if (place?.unread && document.visibilityState === "visible" && store.place.tab === "messages") await act("read", { channel }, { quiet: true });
}

function redraw() {
  drawMessages(byId("messages"), listed, { thread: openThread, redraw, newAfter, intro: introOf(store.place.channel, fromTheBeginning) });
}

async function readHome() {
  const { view } = await getHome();
  const holder = byId("home");
  if (!view) {
    fill(holder, el("p", { class: "nothing", text: "The app has not published a Home yet." }));
    holder.drawnBlocks = null;
    return;
  }
  if (!holder.drawnBlocks) fill(holder);
  const where = { view_id: view.id };
  holder.context ||= { values: {}, changed: () => {} };
  Object.assign(holder.context, {
    act: (action) => tried("view_action", { ...where, action, state: holder.context.values }, "That"),
    options: (block, action, typed) => askOptions(where, block, action, typed),
  });
  drawBlocks(holder, view.blocks, holder.context);
}

// --- Going places -----------------------------------------------------------------------------------------------

function address() {
  const query = new URLSearchParams({ as: session.as, c: store.place.channel });
  if (store.place.thread) query.set("thread", store.place.thread);
  if (store.place.tab === "home") query.set("tab", "home");
  return `${location.pathname}?${query}`;
}

function stand(place, { push = true } = {}) {
  const moved = place.channel !== store.place.channel;
  store.place = place;
  if (push) history.pushState({ ...place }, "", address());
  else history.replaceState({ ...place }, "", address());
  document.body.classList.add("in-channel");
  if (moved) arrive();
  showTab();
  drawSidebar(go);
  drawHeader(HEADER);
  title();
  again("messages", "thread", "home");
}

function arrive() {
  const list = byId("messages");
  list.drawnMessages = null;
  list.dataset.fresh = "yes";
  fill(list);
  listed = [];
  const place = channelById(store.place.channel) || dmById(store.place.channel);
  newAfter = place?.unread ? place.read_ts : null;
  drawFoot(true);
}

const go = async (channel) => {
  if (!known(channel)) await readState();
  const home = store.bot?.home && appDm()?.id === channel && store.place.channel !== channel && store.place.tab === "home";
  stand({ channel, thread: null, tab: home ? "home" : "messages" });
  if (innerWidth > 640) byId("composer").querySelector("textarea")?.focus({ preventScroll: true });
};

function goTab(tab) {
  stand({ ...store.place, tab, thread: null });
  if (tab === "home") act("open_home");
}

function showTab() {
  const home = store.place.tab === "home" && inAppDm();
  byId("home").hidden = !home;
  byId("messages").hidden = byId("composer").hidden = home;
  showWelcome();
}

const openThread = (ts) => {
  const message = listed.find((each) => each.ts === ts);
  stand({ ...store.place, thread: message?.thread_ts || ts });
  byId("thread").querySelector("textarea")?.focus({ preventScroll: true });
};
const closeThread = () => stand({ ...store.place, thread: null });

/** What the channel's head may ask for. Who left a private channel is told nothing more of it, so it is read again. */
const HEADER = { tab: goTab, pins: showPins, moved: () => again("state", "messages") };

/** The composer; or why nothing can be typed here. Made anew only when that answer changes, so that a draft stays. */
function drawFoot(fresh = false) {
  const { channel } = store.place;
  if (!channel) return;
  const room = channelById(channel);
  const kind = `${channel} ${room ? `${room.is_member} ${room.archived}` : ""} ${store.shortcuts.length}`;
  const foot = byId("composer");
  if (!fresh && foot.dataset.kind === kind) return;
  foot.dataset.kind = kind;
  if (room?.archived) fill(foot, el("div", { class: "foot-note", text: `You are viewing #${room.name}, an archived channel.` }));
  else if (room && !room.is_member) fill(foot, el("div", { class: "foot-note" }, el("strong", { text: `#${room.name}` }), el("button", { type: "button", class: "button primary", text: "Join channel", onclick: () => act("join", { channel }) })));
  else fill(foot, composer({ channel, placeholder: `Message ${room ? `#${room.name}` : placeName(channel)}`, editLast: () => editLast(listed, { redraw }) }));
}

function showPins(channel) {
  const pinned = listed.filter((each) => channel.pins.includes(each.ts));
  const close = notice(`Pinned in #${channel.name}`, pinned.map((message) => {
    const holder = el("div", { class: "pinned-copy" });
    drawMessages(holder, [{ ...message, pinned: false }], { redraw: () => {} }, el("span"));
    holder.append(el("button", { type: "button", class: "plain-link", text: "Show in channel", onclick: () => (close(), byId("messages").querySelector(`[data-ts="${CSS.escape(message.ts)}"]`)?.scrollIntoView()) }));
    return holder;
  }));
}

/** The welcome, in the channel that it speaks of, until somebody dismisses it. */
function showWelcome() {
  const banner = byId("welcome");
  const { welcome } = store;
  const key = `welcome ${welcome?.text}`;
  banner.hidden = !welcome || store.place.channel !== welcome.channel || sessionStorage.getItem(key) === "gone";
  if (banner.hidden || banner.childElementCount) return;
  fill(banner, el("div", {}, mrkdwn(welcome.text)), el("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => {
    banner.hidden = true;
    sessionStorage.setItem(key, "gone");
  } }, icon("close", 18)));
}

// --- Changes ----------------------------------------------------------------------------------------------------

const TOUCHED = {
  message: ["state", "messages", "thread"],
  message_changed: ["messages", "thread"],
  message_deleted: ["state", "messages", "thread"],
  ephemeral: ["messages", "thread"],
  channel: ["state", "messages"],
  people: ["state", "messages"],
  clock: ["state"],
  view: ["view"],
  home: ["home"],
};

function changed(event) {
  const parts = TOUCHED[event.type] || [];
  const elsewhere = event.channel && event.channel !== store.place.channel;
  again(...parts.filter((part) => part === "state" || !elsewhere || part === "view" || part === "home"));
}

function connection(up) {
  byId("offline").hidden = up;
  if (up) again("state", "messages", "thread", "view", "home");
}

async function start() {
  const asked = new URLSearchParams(location.search);
  await readState();
  const found = asked.get("c") ? placeAsked(asked.get("c")) : null;
  const channel = found || firstPlace();
  mentions.channel = go;
  walkable(byId("messages"));
  keptAtEnd(byId("messages"));
  watchEnd(byId("messages"));
  drawTopbar(() => document.body.classList.remove("in-channel"));
  if (channel) stand({ channel, thread: asked.get("thread"), tab: asked.get("tab") === "home" ? "home" : "messages" }, { push: false });
  if (channel && asked.get("c") && !found) tellLost(/^[CD]\d+$/.test(asked.get("c")) ? "That place" : `#${asked.get("c")}`);
  if (store.place.tab === "home") act("open_home");
  followChanges(changed, connection);
  startBackstage(go);
  startJump(go);
  again("view");
}

addEventListener("popstate", (event) => event.state && stand(event.state, { push: false }));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again("state", "messages"));
setInterval(tick, 5000);

start().catch(() => {
  byId("offline").hidden = false;
  setTimeout(() => location.reload(), 2000);
});
