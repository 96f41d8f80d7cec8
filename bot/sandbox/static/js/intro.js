// What stands above the first message of a place: where one is, and who reads it.

import { avatar, el } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { channelById, dmById, person, shownName, store } from "./store.js";

/** The beginning of a place, for `drawMessages`: `{key, make}`, or null where older messages are left out. */
export function introOf(id, whole) {
  const channel = channelById(id);
  const dm = dmById(id);
  if (!whole || (!channel && !dm)) return null;
  if (channel) return { key: `${id} ${channel.name} ${channel.purpose}`, make: () => ofChannel(channel) };
  return { key: id, make: () => ofDirect(dm) };
}

function ofChannel(channel) {
  const who = channel.private ? "Only its members see it." : "Anybody here may join it.";
  return intro(el("span", { class: "intro-sign", "aria-hidden": "true" }, channel.private ? icon("lock", 26) : "#"), channel.name,
    [`This is the very beginning of #${channel.name}. ${who} `, channel.purpose ? el("span", {}, "Description: ", mrkdwn(channel.purpose)) : null]);
}

function ofDirect(dm) {
  const app = dm.user === store.bot?.user_id;
  const words = app ? "This is the very beginning of what it and you write to each other." : `This conversation is just between @${shownName(dm.user)} and you.`;
  return intro(avatar(person(dm.user), 48), shownName(dm.user), [words]);
}

const intro = (sign, name, words) => el("div", { class: "intro" }, sign, el("strong", { text: name }), el("p", {}, words));
