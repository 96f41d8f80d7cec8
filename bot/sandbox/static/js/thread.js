// The thread beside the channel: the message it hangs on, its replies, and a composer of its own.

import { getThread } from "./api.js";
import { composer } from "./composer.js";
import { byId, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { editLast } from "./message_menu.js";
import { drawMessages } from "./messages.js";
import { channelById, placeName, store } from "./store.js";

let drawn = null;

/** Show the thread of `store.place`, or hide the pane. `close` leaves it. */
export async function refreshThread(close) {
  const { channel, thread } = store.place;
  const pane = byId("thread");
  document.body.classList.toggle("with-thread", Boolean(thread));
  pane.hidden = !thread;
  if (!thread) {
    drawn = null;
    fill(pane);
    return;
  }
  if (drawn?.key !== `${channel} ${thread}`) build(pane, channel, thread, close);
  const { messages } = await getThread(channel, thread);
  if (store.place.thread !== thread || !drawn) return;
  drawn.last = messages;
  redraw();
}

function build(pane, channel, thread, close) {
  const list = el("div", { class: "thread-messages", dataset: { fresh: "yes" } });
  const count = el("div", { class: "thread-count" });
  drawn = { key: `${channel} ${thread}`, list, count, last: [] };
  fill(pane, el("header", { class: "thread-head" }, el("h2", {}, "Thread ", el("small", { text: channelById(channel) && !channelById(channel).private ? `#${placeName(channel)}` : placeName(channel) })), el("button", { type: "button", class: "icon-button", "aria-label": "Close thread", onclick: close }, icon("close", 18))),
    list, composer({ channel, thread, placeholder: "Reply…", editLast: () => editLast(drawn.last.slice(1), { redraw }), too: channelById(channel) ? `Also send to #${placeName(channel)}` : "Also send as direct message" }));
  pane.onkeydown = (event) => event.key === "Escape" && close();
}

function redraw() {
  const replies = drawn.last.length - 1;
  drawn.count.textContent = replies > 0 ? `${replies} ${replies === 1 ? "reply" : "replies"}` : "";
  drawMessages(drawn.list, drawn.last, { redraw }, drawn.count);
}
