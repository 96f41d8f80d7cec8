// The head of a channel: name, topic, bookmarks, pins, members; the tabs of the app's direct message.

import { act } from "./api.js";
import { avatar, byId, el, fill, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { mrkdwn, unescape } from "./mrkdwn.js";
import { notice, openMenu } from "./popup.js";
import { channelById, dmById, inAppDm, person, shownName, store } from "./store.js";

/** `on`: {tab(name), pins(channel), moved()}; `moved` after the person joined or left. */
export function drawHeader(on) {
  const channel = channelById(store.place.channel);
  const dm = dmById(store.place.channel);
  if (channel) fill(byId("channel-header"), channelLine(channel, on), bookmarks(channel));
  else if (dm) fill(byId("channel-header"), dmLine(dm), inAppDm() && store.bot.home ? tabs(on) : null);
  else fill(byId("channel-header"));
}

function channelLine(channel, on) {
  const members = channel.members || [];
  const name = el("button", { type: "button", class: "channel-name", "aria-haspopup": "menu", "aria-expanded": "false" }, channel.private ? icon("lock", 17) : el("span", { "aria-hidden": "true", text: "# " }), el("h1", { text: channel.name }));
  name.addEventListener("click", () => openMenu(name, channel.name, [
    { label: "About this channel", act: () => about(channel) },
    { label: "Members", detail: `${members.length}`, act: () => people(channel) },
    channel.is_member ? { label: "Leave channel", act: () => act("leave", { channel: channel.id }).then(on.moved) } : { label: "Join channel", act: () => act("join", { channel: channel.id }).then(on.moved) },
  ]));
  const faces = members.slice(0, 3).map((id) => avatar(person(id), 22));
  const topic = channel.topic ? el("div", { class: "topic", title: unescape(channel.topic) }, mrkdwn(channel.topic.replace(/\n/g, " "))) : el("div", { class: "topic" });
  return el("div", { class: "header-line" }, name, channel.archived ? el("span", { class: "tag", text: "archived" }) : null, topic,
    el("button", { type: "button", class: "members", "aria-label": `${members.length} members`, onclick: () => people(channel) }, faces, el("span", { text: String(members.length) })),
    channel.pins?.length ? el("button", { type: "button", class: "pins", onclick: () => on.pins(channel), "aria-label": `${channel.pins.length} pinned` }, icon("pin"), String(channel.pins.length)) : null);
}

function bookmarks(channel) {
  if (!channel.bookmarks?.length) return null;
  return el("div", { class: "bookmarks", "aria-label": "Bookmarks" }, channel.bookmarks.map((mark) => link(mark.link, mark.emoji ? el("span", { class: "emoji" }, withEmoji(mark.emoji)) : icon("bookmark", 14), mark.title)));
}

function people(channel) {
  notice(`Members of #${channel.name}`, (channel.members || []).map((id) => el("div", { class: "person-row" }, avatar(person(id), 32), el("span", {}, shownName(id), el("small", { text: ` @${person(id).name}` })))));
}

function about(channel) {
  const row = (label, ...words) => el("div", { class: "about-row" }, el("strong", { text: label }), el("div", {}, ...words));
  notice(`#${channel.name}`, row("Topic", ...(channel.topic ? mrkdwn(channel.topic) : ["–"])), row("Description", ...(channel.purpose ? mrkdwn(channel.purpose) : ["–"])),
    row("Created by", channel.creator ? shownName(channel.creator) : "–"), row("Channel ID", channel.id));
}

function dmLine(dm) {
  const other = person(dm.user);
  return el("div", { class: "header-line" }, avatar(other, 26), el("h1", { class: "dm-name", text: shownName(dm.user) }), other.is_bot ? el("span", { class: "tag", text: "APP" }) : null,
    el("div", { class: "topic", text: other.is_bot ? "" : `@${other.name}${other.tz ? ` · ${other.tz}` : ""}` }));
}

function tabs(on) {
  const one = (name, words) => el("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(store.place.tab === name), text: words, onclick: () => on.tab(name) });
  return el("div", { class: "tabs", role: "tablist" }, one("home", "Home"), one("messages", "Messages"));
}
