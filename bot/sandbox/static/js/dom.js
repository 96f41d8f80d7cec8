// Building the page: every node is made here, and data becomes text nodes only, never markup.

/** Make an element. `props`: class, text, dataset, on* listeners, and attributes (null and false are left out). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "text") node.textContent = value;
    else if (key === "dataset") Object.assign(node.dataset, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

/** Append nodes, strings, and lists of them; nothing for null and false. */
export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** Replace all that a node holds. */
export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

export const byId = (id) => document.getElementById(id);

/** Only addresses that are safe to open become links; anything else stays text. */
export function safeUrl(address) {
  return /^(https?:|mailto:|tel:)/i.test(address) ? address : null;
}

export function link(address, ...children) {
  const href = safeUrl(address);
  if (!href) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const COLOURS = ["#2f6f9f", "#a0522d", "#27774b", "#8a4f9e", "#b5495b", "#4f6d3a", "#9a5f12", "#3d6b6b", "#6a5acd", "#7a4b2f"];

/** A coloured square with initials, the same colour for the same person. */
export function avatar(person, size = 36) {
  const name = person?.real_name || person?.name || "?";
  const parts = name.trim().split(/[\s._-]+/).filter(Boolean);
  const initials = (parts.length > 1 ? parts[0][0] + parts[parts.length - 1][0] : [...name].slice(0, 2).join("")).toUpperCase();
  const code = [...(person?.id || name)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  const node = el("span", { class: "avatar", "aria-hidden": "true", text: initials });
  node.style.width = node.style.height = `${size}px`;
  node.style.fontSize = `${Math.round(size * 0.4)}px`;
  node.style.background = person?.colour || COLOURS[code % COLOURS.length];
  return node;
}

/** Up and down (and Home and End) move the focus among the nodes that `selector` finds inside `container`. */
export function arrows(container, selector) {
  container.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 }[event.key];
    if (!step) return;
    const all = [...container.querySelectorAll(selector)].filter((node) => node.offsetParent !== null);
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, at + step))].focus();
  });
}

/** Give the focus back to where it was; to the place to type when that is gone. */
export function focusBack(node) {
  if (node?.isConnected && node !== document.body) node.focus();
  else byId("composer").querySelector("textarea")?.focus({ preventScroll: true });
}

let toastTimer = 0;

/** Say one short thing at the foot of the page. */
export function toast(words) {
  const node = byId("toast");
  node.textContent = words;
  node.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => node.classList.remove("shown"), 6000);
}
