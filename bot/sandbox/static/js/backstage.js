// Backstage: what passes between Slack and the app, live; the levers; and the strip that says what is out of order.

import { advanceClock } from "./api.js";
import { showDemo } from "./demo.js";
import { byId, el, fill, toast } from "./dom.js";
import { icon } from "./icons.js";
import { store } from "./store.js";

const MOODS = [["normal", "Normal"], ["slow", "Slow"], ["limited", "Rate-limited"], ["down", "Down"]];
const FORWARD = [["20 s", 20], ["1 min", 60], ["5 min", 300], ["15 min", 900], ["1 h", 3600], ["1 day", 86400]];
const KEPT = 400;
const OPEN = "backstage is open";

const passages = new Map();
let status = null;
let pane = null;
let goTo = () => {};

async function order(path, body) {
  try {
    const response = await fetch(`/sandbox/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!answer.ok) toast(answer.error);
  } catch {
    toast("The local Slack does not answer. Nothing was done; is it still running?");
  }
}

const make = (mood) => order("slack", { is: mood });
const tellApp = (verb) => order("app", { do: verb });

/** Begin: a button in the bar at the top, the pane that it opens, the strip, and the demo's captions where one plays. */
export function startBackstage(go) {
  goTo = go;
  const button = el("button", { type: "button", class: "backstage-button", id: "backstage-button", "aria-expanded": "false", "aria-controls": "backstage", title: "What passes between Slack and the app, and levers to break things", onclick: () => (pane ? close() : open()) },
    el("span", { class: "dot", "aria-hidden": "true" }), "Backstage");
  byId("clock").before(button);
  byId("topbar").after(el("div", { id: "strip", role: "status" }), el("div", { id: "caption" }));
  new ResizeObserver(beside).observe(byId("layout"));
  if (sessionStorage.getItem(OPEN)) open(false);
  listen();
}

/** The pane stands beside the channels, below whatever lines are above them. */
function beside() {
  if (pane) pane.node.style.top = `${byId("layout").getBoundingClientRect().top}px`;
}

function listen() {
  const address = new URL("/sandbox/backstage/live", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.onopen = () => passages.clear();
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = () => setTimeout(listen, 1000);
}

function take(news) {
  if (news.status) {
    status = news.status;
    drawStrip();
    drawLevers();
    showDemo(status.demo, goTo);
  }
  if (news.passage) {
    passages.set(news.passage.number, news.passage);
    if (passages.size > KEPT) passages.delete(passages.keys().next().value);
    drawPassage(news.passage);
  }
}

// --- The strip: what is out of order, why, and what to press ------------------------------------------------------

function troubles() {
  const { process, connections, slack } = status;
  const app = status.app[0].toUpperCase() + status.app.slice(1);
  const found = [];
  const start = { label: `Start ${status.app}`, act: () => tellApp("start") };
  if (process && !process.running && process.killed) found.push({ kind: "bad", words: `${app} is down: it was killed. Commands and buttons fail until you start it again.`, ...start });
  else if (process && !process.running) found.push({ kind: "bad", words: `${app} is down: it ended by itself. It is started again in a moment.`, ...start });
  else if (connections === 0) found.push({ kind: "bad", words: `${app} is not connected${process ? " yet" : ""}. Commands and buttons fail until it is.` });
  const normal = { label: "Back to normal", act: () => make("normal") };
  const why = { slow: `Slack is slow: whatever ${app} asks for takes 2 s.`, limited: `Slack is rate-limited: whatever ${app} asks for is answered “429, try again in 5 s”.`, down: `Slack is down: whatever ${app} asks for is answered “503”. ${app} keeps what it has to say.`, faulty: "Slack has faults that were set over the control API." }[slack];
  if (why) found.push({ kind: "odd", words: why, ...normal });
  return found;
}

function drawStrip() {
  const found = troubles();
  const strip = byId("strip");
  const key = JSON.stringify(found);
  byId("backstage-button").classList.toggle("trouble", found.length > 0);
  if (strip.dataset.key === key) return;
  strip.dataset.key = key;
  fill(strip, found.map(({ kind, words, label, act }) => el("div", { class: `strip-line ${kind}` }, el("span", { text: words }), label ? el("button", { type: "button", class: "strip-button", text: label, onclick: act }) : null)));
}

// --- The pane -----------------------------------------------------------------------------------------------------

function open(focus = true) {
  sessionStorage.setItem(OPEN, "yes");
  const shut = el("button", { type: "button", class: "icon-button", "aria-label": "Close backstage", onclick: close }, icon("close", 18));
  const list = el("ul", { class: "passages", "aria-label": "What passes", tabindex: "0" });
  const levers = el("div", { class: "levers" });
  const failed = el("input", { type: "checkbox", onchange: () => (list.classList.toggle("only-failed", failed.checked), stay(list)) });
  const node = el("aside", { id: "backstage", "aria-label": "Backstage" },
    el("header", { class: "backstage-head" }, el("h2", { text: "Backstage" }), shut), levers,
    el("div", { class: "passages-head" }, el("h3", { text: "What passes" }), el("span", { class: "space" }), el("label", {}, failed, " Only failures")), list,
    el("p", { class: "passages-note", text: "⇢ Slack tells the app · ⇠ the app asks Slack. Press a line for what was sent and answered." }));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  pane = { node, list, levers, rows: new Map(), following: true };
  list.addEventListener("scroll", () => {
    if (pane) pane.following = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  });
  new ResizeObserver(() => pane?.following && stay(list)).observe(list);
  document.body.append(node);
  document.body.classList.add("with-backstage");
  byId("backstage-button").setAttribute("aria-expanded", "true");
  beside();
  drawLevers();
  passages.forEach(drawPassage);
  if (focus) shut.focus();
}

function close() {
  sessionStorage.removeItem(OPEN);
  pane.node.remove();
  pane = null;
  document.body.classList.remove("with-backstage");
  byId("backstage-button").setAttribute("aria-expanded", "false");
  byId("backstage-button").focus();
}

const lever = (label, act, pressed, extra = {}) => el("button", { type: "button", class: `lever ${pressed ? "on" : ""}`, "aria-pressed": pressed === undefined ? null : String(pressed), text: label, onclick: act, dataset: { lever: label }, ...extra });
const group = (label, state, ...levers) => el("div", { class: "lever-group", role: "group", "aria-label": label }, el("div", { class: "lever-label" }, el("strong", { text: label }), el("span", { text: state })), el("div", { class: "lever-row" }, levers));

function drawLevers() {
  if (!pane || !status) return;
  const { app, process, connections, slack, offset, movable } = status;
  const key = JSON.stringify([process, connections, slack, offset]);
  if (pane.levers.dataset.key === key) return;
  pane.levers.dataset.key = key;
  const held = pane.levers.contains(document.activeElement) ? document.activeElement.dataset.lever : null;
  const linked = connections === null ? "over HTTP" : `${connections} connection${connections === 1 ? "" : "s"}`;
  const up = !process || process.running;
  fill(pane.levers,
    group("Slack", "", MOODS.map(([mood, label]) => lever(label, () => make(mood), slack === mood))),
    group(app, up ? `running · ${linked}` : "down",
      process && up ? lever("Kill it (-9)", () => tellApp("kill"), undefined, { class: "lever danger" }) : null,
      process && !up ? lever("Start it", () => tellApp("start"), undefined, { class: "lever go" }) : null,
      connections ? lever("Drop the socket", () => order("drop_sockets", {})) : null),
    movable ? group("Clock", moved(offset), FORWARD.map(([label, seconds]) => lever(`+ ${label}`, () => advanceClock(seconds)))) : null);
  if (held) pane.levers.querySelector(`[data-lever="${CSS.escape(held)}"]`)?.focus();
}

function moved(offset) {
  const seconds = Math.round(offset);
  if (!seconds) return "as it is";
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  let left = seconds;
  return `${parts.map(([size, unit]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count ? `${count} ${unit}` : "";
  }).filter(Boolean).join(" ")} ahead`;
}

// --- What passes --------------------------------------------------------------------------------------------------

const stay = (list) => (list.scrollTop = list.scrollHeight);
const time = (seconds) => new Intl.DateTimeFormat("en-US", { timeZone: store.me?.tz, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(seconds * 1000));
const took = (seconds) => (seconds === null ? "…" : seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`);

function drawPassage(passage) {
  if (!pane) return;
  const { list, rows } = pane;
  const before = rows.get(passage.number);
  const row = before || el("li", {}, el("details"));
  const details = row.firstChild;
  const kind = passage.seconds === null ? "waiting" : passage.outcome === "ok" ? "well" : "failed";
  row.className = `passage ${kind}`;
  const line = el("summary", {}, el("time", { text: time(passage.at) }), el("span", { class: "way", "aria-label": passage.kind === "envelope" ? "to the app" : "from the app", role: "img", text: passage.kind === "envelope" ? "⇢" : "⇠" }),
    el("span", { class: "what" }, el("strong", { text: passage.name }), passage.gist ? el("small", { text: passage.gist }) : null),
    el("span", { class: "came" }, el("span", { text: kind === "waiting" ? "waiting" : passage.outcome }), el("small", { text: took(passage.seconds) })));
  if (before) details.firstChild.replaceWith(line);
  else details.append(line);
  if (before && details.open) unfold(details, passage.number);
  if (before) return;
  details.addEventListener("toggle", () => details.open && unfold(details, passage.number));
  rows.set(passage.number, row);
  list.append(row);
  if (rows.size > KEPT) rows.get(rows.keys().next().value).remove(), rows.delete(rows.keys().next().value);
  if (pane.following) stay(list);
}

async function unfold(details, number) {
  const response = await fetch(`/sandbox/backstage/passage?number=${number}`);
  const found = await response.json();
  const shown = response.ok ? [["Sent", found.sent], ["Answered", found.answer ?? (found.seconds === null ? "nothing yet" : "nothing")]] : [["", found.error]];
  details.querySelector(".payload")?.remove();
  details.append(el("div", { class: "payload" }, shown.map(([label, value]) => [el("h4", { text: label }), el("pre", { tabindex: "0", text: typeof value === "string" ? value : JSON.stringify(value, null, 2) })])));
  details.scrollIntoView({ block: "nearest" });
}
