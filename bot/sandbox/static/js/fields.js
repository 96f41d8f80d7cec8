// Fields that a person types into, and pickers of dates and times.

import { el } from "./dom.js";
import { chose, stateOf } from "./elements.js";
import { plainWords } from "./mrkdwn.js";
import { clock, isoDate, momentOf } from "./time.js";

const label = (block, element) => (block.label ? plainWords(block.label) : plainWords(element.placeholder) || "Value");

const HTML_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

/** Text, number, e-mail, address. What is typed is in the state after each key. */
function typed(context, block, element) {
  const state = stateOf(context, block, element, { value: element.initial_value ?? null });
  const node = element.multiline
    ? el("textarea", { rows: "4" })
    : el("input", { type: HTML_TYPES[element.type], inputmode: element.type === "number_input" ? "decimal" : null });
  node.classList.add("field");
  node.setAttribute("aria-label", label(block, element));
  node.placeholder = plainWords(element.placeholder);
  node.value = state.value ?? "";
  const counter = element.max_length && element.max_length <= 300 ? el("span", { class: "counter", "aria-hidden": "true" }) : null;
  const count = () => counter && (counter.textContent = String(element.max_length - [...node.value].length));
  const triggers = element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  node.addEventListener("input", () => {
    context.values[block.block_id][element.action_id] = { type: element.type, value: node.value || null };
    context.changed(block.block_id);
    count();
    if (block.dispatch_action && triggers.includes("on_character_entered")) chose(context, block, element, { value: node.value || null });
  });
  node.addEventListener("keydown", (event) => {
    const plainEnter = event.key === "Enter" && !event.shiftKey && !(event.ctrlKey || event.metaKey);
    if (!plainEnter || (element.multiline && !block.dispatch_action)) return;
    event.preventDefault();
    if (!block.dispatch_action) {
      node.closest("form")?.requestSubmit();
      return;
    }
    if (triggers.includes("on_enter_pressed")) chose(context, block, element, { value: node.value || null });
  });
  count();
  return counter ? el("div", { class: "counted" }, node, counter) : node;
}

const written = (rich) => (rich?.elements || []).map((part) => (part.elements || []).map((each) => each.text || each.url || "").join("")).join("\n");

/** Rich text is typed as plain lines here, and sent as a rich_text block. */
function richField(context, block, element) {
  const state = stateOf(context, block, element, { rich_text_value: element.initial_value ?? null });
  const node = el("textarea", { class: "field", rows: "4", "aria-label": label(block, element), placeholder: plainWords(element.placeholder) });
  node.value = written(state.rich_text_value);
  node.addEventListener("input", () => {
    const text = node.value;
    const rich = text ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] } : null;
    context.values[block.block_id][element.action_id] = { type: element.type, rich_text_value: rich };
    context.changed(block.block_id);
  });
  return node;
}

function picker(kind, key, initialKey) {
  return (context, block, element) => {
    const state = stateOf(context, block, element, { [key]: element[initialKey] ?? null });
    const node = el("input", { class: "field picker", type: kind, "aria-label": label(block, element) });
    node.value = state[key] ?? "";
    node.addEventListener("change", () => chose(context, block, element, { [key]: node.value || null }, (before) => (node.value = before?.[key] ?? "")));
    return node;
  };
}

/** A day and a time in the reader's zone, as unix seconds. */
function momentPicker(context, block, element) {
  const state = stateOf(context, block, element, { selected_date_time: element.initial_date_time ?? null });
  const day = el("input", { class: "field picker", type: "date", "aria-label": `${label(block, element)}: date` });
  const time = el("input", { class: "field picker", type: "time", "aria-label": `${label(block, element)}: time` });
  const show = (seconds) => {
    day.value = seconds ? isoDate(seconds) : "";
    time.value = seconds ? clock(seconds) : "";
  };
  show(state.selected_date_time);
  const change = () => {
    if (Boolean(day.value) !== Boolean(time.value)) return;
    chose(context, block, element, { selected_date_time: day.value ? momentOf(day.value, time.value) : null }, (before) => show(before?.selected_date_time));
  };
  day.addEventListener("change", change);
  time.addEventListener("change", change);
  return el("div", { class: "moment" }, day, time);
}

const FIELDS = {
  plain_text_input: typed,
  number_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  rich_text_input: richField,
  datepicker: picker("date", "selected_date", "initial_date"),
  timepicker: picker("time", "selected_time", "initial_time"),
  datetimepicker: momentPicker,
};

export function inputControl(context, block, element) {
  const make = FIELDS[element.type];
  return make ? make(context, block, element) : el("span", { class: "no-image", text: `(${element.type})` });
}

const isEmpty = (state) => Object.entries(state).every(([key, value]) => key === "type" || value === null || value === "" || value === undefined || value.length === 0);

function numberFault(element, value) {
  const shape = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!shape.test(value)) return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
  if (element.min_value !== undefined && Number(value) < Number(element.min_value)) return `Must be at least ${element.min_value}.`;
  if (element.max_value !== undefined && Number(value) > Number(element.max_value)) return `Must be at most ${element.max_value}.`;
  return null;
}

/** What Slack's own client refuses before it sends a form, in its words; null when the field is right. */
export function faultOf(block, state) {
  if (block.type !== "input") return null;
  const element = block.element;
  if (!state || isEmpty(state)) return block.optional ? null : "Please complete this required field.";
  const value = state.value;
  if (typeof value !== "string") return null;
  const length = [...value].length;
  if (element.type === "number_input") return numberFault(element, value);
  if (element.type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/i.test(value)) return "Please enter a valid URL.";
  if (element.min_length && length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
  if (length > (element.max_length ?? 3000)) return `Please shorten this to ${element.max_length ?? 3000} characters or fewer (it has ${length}).`;
  return null;
}
