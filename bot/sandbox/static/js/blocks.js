// Layout blocks of Block Kit as nodes. A block that has not changed keeps its node, and with it the focus and the typing.

import { el } from "./dom.js";
import { control } from "./elements.js";
import { plainWords, textObject } from "./mrkdwn.js";
import { markdown, richText, table } from "./richtext.js";

const LONG = 900;

function folded(node, block) {
  const text = block.text?.text || "";
  if (block.expand || (text.length <= LONG && text.split("\n").length <= 14)) return node;
  node.classList.add("folded");
  const more = el("button", { type: "button", class: "see-more", text: "Show more", "aria-expanded": "false" });
  more.addEventListener("click", () => {
    const open = node.classList.toggle("folded") === false;
    more.textContent = open ? "Show less" : "Show more";
    more.setAttribute("aria-expanded", String(open));
  });
  return el("div", {}, node, more);
}

function section(context, block) {
  const fields = (block.fields || []).map((field) => el("div", { class: "block-field" }, textObject(field)));
  const text = block.text ? el("div", { class: "block-text" }, textObject(block.text)) : null;
  const words = el("div", { class: "section-words" }, text && context.fold ? folded(text, block) : text, fields.length ? el("div", { class: "block-fields" }, fields) : null);
  const accessory = block.accessory ? el("div", { class: `accessory of-${block.accessory.type}` }, control(context, block, block.accessory)) : null;
  return el("div", { class: "block section" }, words, accessory);
}

function context(surface, block) {
  const parts = block.elements.map((part) => (part.type === "image" ? control(surface, block, part) : el("span", {}, textObject(part))));
  return el("div", { class: "block context" }, parts);
}

function image(surface, block) {
  const title = block.title ? el("figcaption", {}, textObject(block.title)) : null;
  return el("figure", { class: "block image" }, title, control(surface, block, { ...block, action_id: undefined }));
}

function input(surface, block) {
  const id = `error-${block.block_id}`;
  const node = control(surface, block, block.element);
  const error = el("div", { class: "field-error", id, role: "alert", dataset: { errorOf: block.block_id } });
  const optional = block.optional ? el("span", { class: "optional", text: " (optional)" }) : null;
  const hint = block.hint ? el("div", { class: "hint" }, textObject(block.hint)) : null;
  const target = node.matches("input, textarea") ? node : node.querySelector("input, textarea");
  target?.setAttribute("aria-describedby", id);
  if (!block.optional) (node.getAttribute("role") === "radiogroup" ? node : target)?.setAttribute("aria-required", "true");
  const label = el("div", { class: "input-label", onclick: () => target?.focus() }, textObject(block.label), optional);
  return el("div", { class: "block input" }, label, node, error, hint);
}

const BLOCKS = {
  section,
  context,
  image,
  input,
  header: (_surface, block) => el("h2", { class: "block header" }, textObject(block.text)),
  divider: () => el("hr", { class: "block divider" }),
  actions: (surface, block) => el("div", { class: "block actions" }, block.elements.map((each) => control(surface, block, each))),
  rich_text: (_surface, block) => el("div", { class: "block" }, richText(block)),
  markdown: (_surface, block) => el("div", { class: "block" }, markdown(block.text)),
  table: (_surface, block) => el("div", { class: "block" }, table(block)),
  alert: (_surface, block) => el("div", { class: `block alert ${block.level || "default"}`, role: "note" }, textObject(block.text)),
};

function drawn(surface, block) {
  const make = BLOCKS[block.type];
  return make ? make(surface, block) : el("div", { class: "block unknown", text: `This page does not draw the block “${block.type}”.` });
}

/**
 * Draw blocks into `holder`. What is the same as before stays as it is; when the focus was in what is drawn anew, it
 * returns to the same control with its selection.
 */
export function drawBlocks(holder, blocks, surface) {
  const before = holder.drawnBlocks || new Map();
  const after = new Map();
  const focus = remembered(holder);
  const nodes = blocks.map((block, index) => {
    const name = block.block_id || `#${index}`;
    const json = JSON.stringify(block);
    const old = before.get(name);
    const node = old && old.json === json ? old.node : drawn(surface, block);
    after.set(name, { json, node });
    return node;
  });
  holder.drawnBlocks = after;
  if (nodes.length !== holder.children.length || nodes.some((node, index) => holder.children[index] !== node)) {
    nodes.forEach((node, index) => {
      if (holder.children[index] !== node) holder.insertBefore(node, holder.children[index] || null);
    });
    while (holder.children.length > nodes.length) holder.lastChild.remove();
  }
  restore(holder, focus);
}

function remembered(holder) {
  const node = document.activeElement;
  if (!node || !holder.contains(node)) return null;
  const key = node.closest("[data-key]")?.dataset.key;
  const typed = "selectionStart" in node && node.selectionStart !== null;
  return key ? { key, node, selection: typed ? [node.selectionStart, node.selectionEnd] : null } : null;
}

function restore(holder, focus) {
  if (!focus || document.activeElement === focus.node) return;
  const found = holder.querySelector(`[data-key="${CSS.escape(focus.key)}"]`);
  const target = found?.matches("input, textarea, button") ? found : found?.querySelector("input, textarea, button");
  if (!target) return;
  target.focus({ preventScroll: true });
  if (focus.selection && target.setSelectionRange && target.type !== "email") target.setSelectionRange(...focus.selection);
}

/** Everything that blocks say, as one line of words: for labels and notices. */
export const blockWords = (blocks) => (blocks || []).map((block) => plainWords(block.text)).filter(Boolean).join(" ");
