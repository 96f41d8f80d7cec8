// Interactive elements of Block Kit: each becomes a control that keeps its part of the state and tells its context.
//
// A context is `{values, act(action), options(blockId, actionId, typed), changed(blockId)}`: `values` is Slack's
// state.values, `act` sends a block action, and `changed` says that a field was touched.

import { act } from "./api.js";
import { Combobox } from "./combobox.js";
import { el, safeUrl } from "./dom.js";
import { inputControl } from "./fields.js";
import { icon } from "./icons.js";
import { plainWords, textObject } from "./mrkdwn.js";
import { confirmed, openMenu } from "./popup.js";
import { shownName, store } from "./store.js";

/** The state of one element: what is in the context already, else what the element starts with. */
export function stateOf(context, block, element, initial) {
  const values = (context.values[block.block_id] ||= {});
  const kept = values[element.action_id];
  if (!kept || kept.type !== element.type) values[element.action_id] = { type: element.type, ...initial };
  return values[element.action_id];
}

/** Keep a choice, and send it where Slack would: at once, unless it stands in an input that does not dispatch. */
export async function chose(context, block, element, part, undo = () => {}) {
  const values = (context.values[block.block_id] ||= {});
  const before = values[element.action_id];
  if (!(await confirmed(element.confirm))) {
    undo(before);
    return;
  }
  values[element.action_id] = { type: element.type, ...part };
  context.changed(block.block_id);
  if (block.type !== "input" || block.dispatch_action) context.act({ type: element.type, block_id: block.block_id, action_id: element.action_id, ...part });
}

function button(context, block, element) {
  const node = el("button", { type: "button", class: `button ${element.style || ""}`, "aria-label": element.accessibility_label || null, dataset: { actionId: element.action_id } }, textObject(element.text));
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(store.me?.id)) node.hidden = true;
  node.addEventListener("click", async () => {
    if (!(await confirmed(element.confirm))) return;
    const address = element.url && safeUrl(element.url);
    if (address) window.open(address, "_blank", "noopener");
    node.classList.add("busy");
    node.setAttribute("aria-busy", "true");
    const action = { type: "button", block_id: block.block_id, action_id: element.action_id };
    await context.act({ ...action, ...(element.value === undefined ? {} : { value: element.value }), ...(element.url ? { url: element.url } : {}) });
    node.classList.remove("busy");
    node.removeAttribute("aria-busy");
  });
  return node;
}

function overflow(context, block, element) {
  const node = el("button", { type: "button", class: "button overflow", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("dots"));
  node.addEventListener("click", () => openMenu(node, "More actions", element.options.map((option) => ({
    label: plainWords(option.text),
    detail: option.description ? plainWords(option.description) : "",
    act: async () => {
      if (!(await confirmed(element.confirm))) return;
      const address = option.url && safeUrl(option.url);
      if (address) window.open(address, "_blank", "noopener");
      context.act({ type: "overflow", block_id: block.block_id, action_id: element.action_id, selected_option: option });
    },
  }))));
  return node;
}

const optionChoice = (option, group) => ({ key: option.value, label: plainWords(option.text), detail: option.description ? plainWords(option.description) : "", group, raw: option });
const groupedChoices = (body) => body.option_groups?.length
  ? body.option_groups.flatMap((group) => group.options.map((option) => optionChoice(option, plainWords(group.label))))
  : (body.options || []).map((option) => optionChoice(option));

const personChoice = (id) => ({ key: id, label: shownName(id), detail: store.people.get(id)?.name ? `@${store.people.get(id).name}` : "", raw: id });
const channelChoice = (id) => {
  const channel = store.channels.find((each) => each.id === id);
  return { key: id, label: channel ? `${channel.private ? "" : "#"}${channel.name}` : id, sign: channel?.private ? "lock" : null, raw: id };
};
const conversationChoice = (id) => {
  const dm = store.dms.find((each) => each.id === id);
  return dm ? { ...personChoice(dm.user), key: id, raw: id } : channelChoice(id);
};
const people = () => [...store.people.values()].filter((each) => !each.deleted && each.id !== store.bot?.user_id).map((each) => personChoice(each.id));
const channels = () => store.channels.filter((each) => !each.archived && !each.private).map((each) => channelChoice(each.id));

function conversations(element) {
  const include = element.filter?.include || ["public", "private", "im"];
  const rooms = store.channels.filter((each) => !each.archived && include.includes(each.private ? "private" : "public"));
  const direct = include.includes("im") ? store.dms.filter((each) => !(element.filter?.exclude_bot_users && each.user === store.bot?.user_id)) : [];
  return [...rooms, ...direct].map((each) => conversationChoice(each.id));
}

// what follows "selected_" and "initial_" in the payload, how a value is shown, and what there is to choose from
const SELECTS = {
  static_select: ["option", optionChoice, groupedChoices],
  external_select: ["option", optionChoice, null],
  users_select: ["user", personChoice, people],
  conversations_select: ["conversation", conversationChoice, conversations],
  channels_select: ["channel", channelChoice, channels],
};

function select(context, block, element) {
  const many = element.type.startsWith("multi_");
  const [noun, shown, offered] = SELECTS[element.type.replace("multi_", "")];
  const key = `selected_${noun}${many ? "s" : ""}`;
  const initial = element[`initial_${noun}${many ? "s" : ""}`] ?? (many ? [] : null);
  const state = stateOf(context, block, element, { [key]: initial });
  const listed = (value) => (many ? value || [] : value ? [value] : []).map((each) => shown(each));
  const remote = offered === null;
  const box = new Combobox({
    label: block.label ? plainWords(block.label) : plainWords(element.placeholder) || "Choose",
    placeholder: element.placeholder ? plainWords(element.placeholder) : many ? "Select options" : "Select an option",
    choices: remote ? async (query) => groupedChoices(await context.options(block.block_id, element.action_id, query)) : () => offered(element),
    chosen: listed(state[key]),
    many,
    most: element.max_selected_items || Infinity,
    clearable: block.type === "input" && block.optional === true,
    remote,
    shortest: remote ? element.min_query_length ?? 3 : 0,
    onChange: (list) => {
      const values = list.map((each) => each.raw);
      chose(context, block, element, { [key]: many ? values : values[0] ?? null }, (before) => {
        box.chosen = listed(before?.[key]);
        box.draw();
      });
    },
  });
  return box.node;
}

let groups = 0;

/** Checkboxes and radio buttons. */
function choices(context, block, element) {
  const many = element.type === "checkboxes";
  const key = many ? "selected_options" : "selected_option";
  const state = stateOf(context, block, element, { [key]: many ? element.initial_options || [] : element.initial_option || null });
  const name = `choice-${(groups += 1)}`;
  const isOn = (option, now) => (many ? now || [] : now ? [now] : []).some((each) => each.value === option.value);
  const inputs = element.options.map((option) => el("input", { type: many ? "checkbox" : "radio", name, checked: isOn(option, state[key]) }));
  const read = () => element.options.filter((_option, index) => inputs[index].checked);
  const undo = (before) => inputs.forEach((input, index) => (input.checked = isOn(element.options[index], before?.[key])));
  const node = el("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-label": block.label ? plainWords(block.label) : null });
  element.options.forEach((option, index) => {
    inputs[index].addEventListener("change", () => chose(context, block, element, { [key]: many ? read() : read()[0] }, undo));
    node.append(el("label", { class: "choice" }, inputs[index], el("span", {}, el("span", {}, textObject(option.text)), option.description ? el("small", {}, textObject(option.description)) : null)));
  });
  return node;
}

function image(_context, _block, element) {
  const address = safeUrl(element.image_url || "");
  return address ? el("img", { src: address, alt: element.alt_text, loading: "lazy" }) : el("span", { class: "no-image", text: element.alt_text });
}

const KINDS = { button, overflow, image, checkboxes: choices, radio_buttons: choices };

/** The node of any element in a block. */
export function control(context, block, element) {
  const make = KINDS[element.type] || (SELECTS[element.type.replace("multi_", "")] ? select : inputControl);
  const node = make(context, block, element);
  if (element.action_id) node.dataset.key = `${block.block_id}/${element.action_id}`;
  return node;
}

/** Ask the app for an external menu's options. */
export async function askOptions(where, blockId, actionId, value) {
  const answer = await act("options", { where, block_id: blockId, action_id: actionId, value }, { quiet: true });
  return answer.ok ? answer : { options: [] };
}
