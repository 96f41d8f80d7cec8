// Modals: the top of this person's stack, its fields, the errors beside them, and how it is sent and closed.

import { act, getView, sentence } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { avatar, el, fill, focusBack } from "./dom.js";
import { askOptions } from "./elements.js";
import { faultOf } from "./fields.js";
import { icon } from "./icons.js";
import { plainWords } from "./mrkdwn.js";
import { shell } from "./popup.js";
import { person, store } from "./store.js";

/** The modal on the screen: its view, what was typed, its nodes. Views beneath it keep what was typed in `kept`. */
let shown = null;
const kept = new Map();

/** Read the stack's top again and draw it. */
export async function refreshModal() {
  const { view, depth } = await getView();
  if (!view) {
    close();
  } else if (shown?.view.id === view.id) {
    if (shown.view.hash !== view.hash) update(view);
  } else {
    if (shown) kept.set(shown.view.id, shown.values);
    remove();
    open(view, depth || 1);
  }
}

function close() {
  kept.clear();
  if (!shown) return;
  const { before } = shown;
  remove();
  focusBack(before);
}

function remove() {
  shown?.overlay.remove();
  shown = null;
}

function open(view, depth) {
  const values = kept.get(view.id) || structuredClone(view.state?.values || {});
  const body = el("form", { class: "dialog-body blocks", novalidate: true });
  const banner = el("div", { class: "dialog-banner", role: "alert", hidden: true });
  const head = el("div", { class: "dialog-head" });
  const foot = el("div", { class: "dialog-foot" });
  const before = document.activeElement;
  const { overlay, box } = shell("", () => leave(false), head, banner, body, foot);
  shown = { view, values, body, head, foot, banner, overlay, box, before, depth, failed: new Set() };
  shown.context = {
    values,
    act: (action) => viewAction(action),
    options: (block, action, typed) => askOptions({ view_id: shown.view.id }, block, action, typed),
    changed: (block) => showError(block, ""),
  };
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  });
  draw();
  focusFirst();
}

function focusFirst() {
  const wanted = shown.view.blocks.find((block) => (block.element || {}).focus_on_load);
  const field = wanted && shown.body.querySelector(`[data-key="${CSS.escape(`${wanted.block_id}/${wanted.element.action_id}`)}"]`);
  const first = field || shown.body.querySelector(".block.input");
  const target = first && (first.matches("input, textarea") ? first : first.querySelector("input, textarea"));
  (target || shown.foot.querySelector("button.primary") || shown.box).focus({ preventScroll: true });
}

/** Take a new version of the view on the screen: what was typed stays where block and action ids stay. */
function update(view) {
  const places = new Map(view.blocks.map((block) => [block.block_id, block]));
  for (const id of Object.keys(shown.values)) if (!places.has(id)) delete shown.values[id];
  shown.view = view;
  shown.failed.clear();
  draw();
  for (const node of shown.body.querySelectorAll(".field-error")) node.textContent = "";
}

function draw() {
  const { view, head, foot, body, box, depth } = shown;
  const title = plainWords(view.title);
  box.setAttribute("aria-label", title);
  fill(head, avatar(person(store.bot?.user_id), 24), el("h2", { text: title }),
    el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => leave(true) }, icon("close", 18)));
  const back = plainWords(view.close) || (depth > 1 ? "Back" : view.submit ? "Cancel" : "Close");
  const send = view.submit ? el("button", { type: "button", class: "button primary", text: plainWords(view.submit), onclick: () => submit() }) : null;
  fill(foot, el("button", { type: "button", class: "button", text: back, onclick: () => leave(false) }), send);
  drawBlocks(body, view.blocks, shown.context);
}

function showError(blockId, words) {
  if (!shown) return;
  const node = shown.body.querySelector(`[data-error-of="${CSS.escape(blockId)}"]`);
  if (!node) return;
  node.textContent = words;
  const field = node.parentElement.querySelector("input, textarea");
  if (words) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
}

function showErrors(errors) {
  let first = null;
  for (const [block, words] of Object.entries(errors)) {
    showError(block, words);
    first ||= shown.body.querySelector(`[data-error-of="${CSS.escape(block)}"]`);
    if (!shown.body.querySelector(`[data-error-of="${CSS.escape(block)}"]`)) say(words);
  }
  first?.parentElement.scrollIntoView({ block: "nearest" });
  first?.parentElement.querySelector("input, textarea")?.focus({ preventScroll: true });
}

function say(words) {
  if (!shown) return;
  shown.banner.textContent = words;
  shown.banner.hidden = !words;
}

async function viewAction(action) {
  const result = await act("view_action", { view_id: shown.view.id, action, state: shown.values }, { quiet: true });
  if (!result.ok || result.answer?.error) say(`We had some trouble with that: ${sentence(result.error || result.answer.error)}`);
  else say("");
  await refreshModal();
}

async function submit() {
  const { view, values, foot } = shown;
  if (!view.submit || foot.querySelector(".busy")) return;
  const faults = Object.fromEntries(view.blocks.map((block) => [block.block_id, faultOf(block, values[block.block_id]?.[block.element?.action_id])]).filter(([, words]) => words));
  for (const node of shown.body.querySelectorAll(".field-error")) showError(node.dataset.errorOf, "");
  if (Object.keys(faults).length) {
    showErrors(faults);
    return;
  }
  const button = foot.querySelector(".primary");
  button.classList.add("busy");
  button.disabled = true;
  say("");
  const result = await act("view_submit", { view_id: view.id, state: values }, { quiet: true });
  button.classList.remove("busy");
  button.disabled = false;
  const wrong = Object.keys(result.errors || {}).length > 0;
  if (shown?.view.id === view.id) {
    if (wrong) showErrors(result.errors);
    else if (!result.ok || result.answer?.error) say(`We had some trouble connecting. What you typed is kept; try again? (${sentence(result.error || result.answer.error)})`);
  }
  if (!wrong) await refreshModal();
}

let leaving = Promise.resolve();

/** Close the top view, or with `all` the whole stack. A second Escape waits for the first, and closes what is left. */
const leave = (all) => (leaving = leaving.then(() => shown && leaveNow(all)));

async function leaveNow(all) {
  const { view } = shown;
  kept.delete(view.id);
  await act("view_close", { view_id: view.id, all });
  await refreshModal();
}
