// The demo as it is seen: its captions, the page going where the scene is, and the hands that type and press.

import { session } from "./api.js";
import { byId, el, fill } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { store } from "./store.js";

const SCENE = "demo scene";
const GONE = "demo is dismissed";
let typing = "";
let timer = 0;
let leaving = false;
let hands = { pressing: "", filling: {} };

async function order(verb) {
  await fetch("/sandbox/demo", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ do: verb }) });
}

/** Show how the demo stands; `go(channel)` leads this tab there. Nothing where no demo is. */
export function showDemo(demo, go) {
  document.body.classList.toggle("with-demo", Boolean(demo));
  const over = !demo || demo.state === "over" || demo.state === "stopped";
  if (!over) sessionStorage.removeItem(GONE);
  if (!demo || (over && sessionStorage.getItem(GONE) === demo.caption)) {
    byId("caption").hidden = true;
    return;
  }
  if (follow(demo, go, over)) return;
  caption(demo, over);
  type(demo.typing);
  hands = demo;
  useHands();
}

/** What the hands do is done again until it shows: the form or the message may be drawn a moment later. */
function useHands() {
  press(hands.pressing);
  Object.entries(hands.filling).forEach(([label, words]) => write(label, words));
}
setInterval(useHands, 200);

/**
 * Go where the scene is, once for each scene, so that whoever looks around in between is left alone. A tab that was not
 * there while the demo played stays where it is.
 */
function follow(demo, go, over) {
  const scene = String(demo.scene);
  const followed = sessionStorage.getItem(SCENE);
  if (!demo.as || followed === scene || (over && followed === null)) return false;
  if (leaving) return true; // The page that comes sees to it.
  if (demo.as !== session.as) {
    leaving = true;
    location.assign(`${location.pathname}?${new URLSearchParams({ as: demo.as, c: demo.channel })}`);
    return true;
  }
  sessionStorage.setItem(SCENE, scene);
  if (demo.channel !== store.place.channel) go(demo.channel);
  return false;
}

/** The caption and its buttons are made once, so that they are read aloud as they change and keep the focus. */
function caption(demo, over) {
  const node = byId("caption");
  if (!node.firstChild) make(node);
  const { tag, words, hold, end } = node.parts;
  const paused = demo.state === "paused";
  node.hidden = false;
  tag.textContent = over ? "Your turn" : paused ? "Paused" : "Demo";
  if (words.dataset.said !== demo.caption) fill(words, mrkdwn(demo.caption || "The demo begins."));
  words.dataset.said = demo.caption;
  hold.hidden = over;
  hold.textContent = paused ? "Continue" : "Pause";
  hold.onclick = () => order(paused ? "continue" : "pause");
  end.textContent = over ? "Dismiss" : "Take over";
  end.onclick = () => {
    if (!over) return order("stop");
    sessionStorage.setItem(GONE, demo.caption);
    node.hidden = true;
  };
}

function make(node) {
  const button = () => el("button", { type: "button", class: "caption-button" });
  node.parts = { tag: el("span", { class: "caption-tag" }), words: el("p", { role: "status" }), hold: button(), end: button() };
  const { tag, words, hold, end } = node.parts;
  fill(node, tag, words, el("div", { class: "caption-buttons" }, hold, end));
}

/** Let the words appear in the composer, letter by letter; they are sent by the person who acts, not by this page. */
function type(words) {
  if (words === typing) return;
  clearInterval(timer);
  const box = document.querySelector("#composer textarea");
  if (!words) {
    if (box && typing.startsWith(box.value)) box.value = "";
    typing = "";
    return;
  }
  typing = words;
  let shown = 0;
  timer = setInterval(() => {
    const input = document.querySelector("#composer textarea");
    if (!input || shown > words.length) return;
    input.value = words.slice(0, (shown += 1));
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }, 30);
}

function press(words) {
  const held = document.querySelector(".demo-hand");
  if (held && held.textContent.trim() === words) return;
  held?.classList.remove("demo-hand");
  if (!words) return;
  const place = document.querySelector("#dialogs .dialog") || byId("messages");
  const found = [...place.querySelectorAll("button")].filter((node) => node.textContent.trim() === words).pop();
  found?.scrollIntoView({ block: "nearest" });
  found?.classList.add("demo-hand");
}

/** Write into a field of the open form. What is sent is what the person filled in, the same words. */
function write(label, words) {
  const field = [...document.querySelectorAll("#dialogs .dialog :is(input, textarea)")].find((node) => node.getAttribute("aria-label") === label);
  if (!field || field.value === words) return;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.scrollIntoView({ block: "center" });
}
