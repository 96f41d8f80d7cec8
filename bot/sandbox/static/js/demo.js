// The demo as it is seen: its captions, the page going where the scene is, and the hands that type and press.

import { session } from "./api.js";
import { byId, el, fill } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { store } from "./store.js";

const SCENE = "demo scene";
const GONE = "demo is dismissed";
let typing = "";
let timer = 0;

async function order(verb) {
  await fetch("/sandbox/demo", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ do: verb }) });
}

/** Show how the demo stands; `go(channel)` leads this tab there. Nothing where no demo is. */
export function showDemo(demo, go) {
  document.body.classList.toggle("with-demo", Boolean(demo));
  const over = !demo || demo.state === "over" || demo.state === "stopped";
  if (!demo || (over && sessionStorage.getItem(GONE) === demo.caption)) {
    byId("caption").hidden = true;
    return;
  }
  if (follow(demo, go)) return;
  caption(demo, over);
  type(demo.typing);
  press(demo.pressing);
  Object.entries(demo.filling).forEach(([label, words]) => write(label, words));
}

/** Go where the scene is, once for each scene, so that whoever looks around in between is left alone. */
function follow(demo, go) {
  const scene = `${demo.as} ${demo.channel}`;
  if (!demo.as || sessionStorage.getItem(SCENE) === scene) return false;
  sessionStorage.setItem(SCENE, scene);
  if (demo.as !== session.as) {
    location.assign(`${location.pathname}?${new URLSearchParams({ as: demo.as, c: demo.channel })}`);
    return true;
  }
  if (demo.channel !== store.place.channel) go(demo.channel);
  return false;
}

function caption(demo, over) {
  const node = byId("caption");
  const key = `${demo.state} ${demo.caption}`;
  node.hidden = false;
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  const button = (label, act) => el("button", { type: "button", class: "caption-button", text: label, onclick: act });
  const paused = demo.state === "paused";
  const dismiss = () => {
    sessionStorage.setItem(GONE, demo.caption);
    node.hidden = true;
  };
  fill(node, el("span", { class: "caption-tag", text: over ? "Your turn" : paused ? "Paused" : "Demo" }),
    el("p", { role: "status" }, mrkdwn(demo.caption || "The demo begins.")),
    el("div", { class: "caption-buttons" }, over ? button("Dismiss", dismiss)
      : [button(paused ? "Continue" : "Pause", () => order(paused ? "continue" : "pause")), button("Take over", () => order("stop"))]));
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
  document.querySelectorAll(".demo-hand").forEach((node) => node.classList.remove("demo-hand"));
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
