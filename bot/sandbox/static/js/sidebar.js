// The sidebar: channels, direct messages, the app; and the bar above the page with the person whom this tab acts as.

import { act, advanceClock, session } from "./api.js";
import { arrows, avatar, byId, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu, notice } from "./popup.js";
import { now, person, shownName, store } from "./store.js";
import { clock } from "./time.js";

function badge(place) {
  if (!place.unread) return null;
  const count = place.user ? place.unread : place.mentions;
  const words = place.user ? `${count} unread` : `${count} ${count === 1 ? "mention" : "mentions"}`;
  return count ? el("span", { class: "badge", role: "img", text: String(count), "aria-label": words }) : null;
}

function entry(place, icon, name, go, extra = "") {
  const here = store.place.channel === place.id;
  const unread = place.unread > 0 && !here;
  return el("button", { type: "button", class: `entry ${here ? "here" : ""} ${unread ? "unread" : ""} ${extra}`, "aria-current": here ? "page" : null, dataset: { place: place.id }, onclick: () => go(place.id) },
    icon, el("span", { class: "entry-name", text: name }), unread ? badge(place) : null, unread ? el("span", { class: "hidden-words", text: " (unread)" }) : null);
}

const sign = (channel) => el("span", { class: "sign", role: channel.private ? "img" : null, "aria-label": channel.private ? "private channel" : null }, channel.private ? icon("lock", 15) : "#");

const byName = (one, other) => one.name.localeCompare(other.name);

function directMessages(go) {
  const known = new Map(store.dms.map((dm) => [dm.user, dm]));
  const others = [...store.people.values()].filter((each) => each.id !== store.me.id && each.id !== store.bot?.user_id && !each.is_bot && !each.deleted);
  return others.sort((one, other) => shownName(one.id).localeCompare(shownName(other.id))).map((each) => {
    const dm = known.get(each.id) || { id: `new:${each.id}`, user: each.id, unread: 0 };
    const icon = avatar(each, 20);
    return entry(dm, icon, shownName(each.id), known.has(each.id) ? go : () => openDm(each.id, go));
  });
}

/** Open the direct message with a person, and go there. */
export async function openDm(user, go) {
  const answer = await act("open_dm", { user });
  if (answer.ok) go(answer.channel);
}

function group(title, entries, button = null) {
  if (!entries.length && !button) return null;
  return el("section", { class: "group", "aria-label": title }, el("h2", {}, title, button), entries);
}

export function drawSidebar(go) {
  const mine = store.channels.filter((each) => each.is_member && !each.archived).sort(byName);
  const open = store.channels.filter((each) => !each.is_member && !each.archived).sort(byName);
  const archived = store.channels.filter((each) => each.archived).sort(byName);
  const list = (channels, extra) => channels.map((each) => entry(each, sign(each), each.name, go, extra));
  const app = store.dms.find((dm) => dm.user === store.bot?.user_id);
  const create = el("button", { type: "button", class: "add", "aria-label": "Create a channel", title: "Create a channel", text: "+", onclick: () => createChannel(go) });
  const focused = byId("sidebar").contains(document.activeElement) ? document.activeElement.dataset.place : null;
  const scrolled = byId("sidebar").scrollTop;
  fill(byId("sidebar"),
    group("Channels", list(mine, ""), create),
    group("Other channels", list(open, "other")),
    group("Direct messages", directMessages(go)),
    app ? group("Apps", [entry(app, avatar(person(app.user), 20), shownName(app.user), go)]) : null,
    group("Archived", list(archived, "other")));
  byId("sidebar").scrollTop = scrolled;
  if (focused) byId("sidebar").querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function createChannel(go) {
  const name = el("input", { class: "field", type: "text", "aria-label": "Name", maxlength: "80", placeholder: "e.g. plan-budget" });
  const hidden = el("input", { type: "checkbox" });
  const form = el("form", {}, el("div", { class: "block input" }, el("div", { class: "input-label", text: "Name" }), name),
    el("label", { class: "choice" }, hidden, el("span", { text: "Private: only people who are invited see it" })),
    el("p", {}, el("button", { class: "button primary", type: "submit", text: "Create" })));
  const close = notice("Create a channel", form);
  name.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await act("create_channel", { name: name.value.trim().toLowerCase().replace(/\s+/g, "-"), private: hidden.checked });
    if (!answer.ok) return;
    close();
    go(answer.channel);
  });
}

const FORWARD = [["1 minute", 60], ["5 minutes", 300], ["15 minutes", 900], ["30 minutes", 1800], ["1 hour", 3600], ["1 day", 86400]];

/** The bar at the top. Choosing another person loads the page anew, as that person. */
export function drawTopbar(back) {
  const people = [...store.people.values()].filter((each) => !each.is_bot && !each.deleted && each.id !== store.bot?.user_id);
  const me = store.me;
  const who = el("button", { type: "button", class: "act-as", id: "act-as", "aria-haspopup": "menu", "aria-expanded": "false", title: "Act as another person" },
    avatar(me, 26), el("span", { class: "act-as-words" }, el("small", { text: "Acting as" }), el("span", { text: shownName(me.id) })), icon("down", 14));
  who.addEventListener("click", () => openMenu(who, "Act as", [{ heading: "Act as" }, ...people.map((each) => ({
    label: shownName(each.id),
    detail: `@${each.name} · ${each.tz || "UTC"}${each.muted ? " · Do Not Disturb" : ""}`,
    icon: avatar(each, 28),
    chosen: each.id === me.id,
    act: () => switchTo(each.id),
  })), { heading: "Their address can be opened in another tab." }]));
  const time = el("button", { type: "button", class: "clock", id: "clock", "aria-haspopup": "menu", "aria-expanded": "false", title: "Slack's clock; press to move it forward" }, icon("clock"), el("span", { id: "clock-words" }));
  time.addEventListener("click", () => openMenu(time, "Move the clock forward", [{ heading: "Move the clock forward" }, ...FORWARD.map(([label, seconds]) => ({ label, act: () => advanceClock(seconds) }))]));
  const home = el("button", { type: "button", class: "back", "aria-label": "Back to channels", onclick: back }, icon("back", 20));
  fill(byId("topbar"), home, el("span", { class: "workspace" }, el("span", { class: "workspace-tile", "aria-hidden": "true", text: "L" }), el("span", { class: "workspace-name", text: "Local Slack" })), el("span", { class: "space" }), time, who);
  tick();
}

export function tick() {
  const node = byId("clock-words");
  if (node && store.me) node.textContent = clock(now());
}

function switchTo(id) {
  session.as = id;
  location.assign(`${location.pathname}?as=${encodeURIComponent(id)}`);
}

arrows(byId("sidebar"), ".entry");
