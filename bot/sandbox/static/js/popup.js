// Menus that open beside what was pressed, and small dialogs that ask before something is done.

import { arrows, byId, el, focusBack } from "./dom.js";
import { icon } from "./icons.js";
import { plainWords, textObject } from "./mrkdwn.js";

let open = null;

/** Close the menu that is open, if one is. */
export function closeMenu() {
  if (!open) return;
  const { menu, opener, outside } = open;
  open = null;
  menu.remove();
  document.removeEventListener("pointerdown", outside, true);
  opener.setAttribute("aria-expanded", "false");
}

/** Put `node` beside `anchor`, inside the window. */
export function placeBeside(node, anchor) {
  const room = anchor.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = node;
  const below = room.bottom + 4 + high <= innerHeight || room.top < high;
  node.style.left = `${Math.max(8, Math.min(room.left, innerWidth - wide - 8))}px`;
  node.style.top = `${below ? Math.min(room.bottom + 4, Math.max(8, innerHeight - high - 8)) : room.top - high - 4}px`;
}

/** Open a menu. Items: `{label, detail?, chosen?, heading?, act}`; a heading is only read. */
export function openMenu(opener, label, items) {
  const again = open?.opener === opener;
  closeMenu();
  if (again) return;
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label });
  for (const item of items) {
    if (item.heading) {
      menu.append(el("div", { class: "menu-heading", text: item.heading }));
      continue;
    }
    const pick = () => {
      closeMenu();
      opener.focus();
      item.act();
    };
    menu.append(el("button", { class: `menu-item${item.chosen ? " chosen" : ""}`, type: "button", role: item.chosen === undefined ? "menuitem" : "menuitemradio", "aria-checked": item.chosen === undefined ? null : String(item.chosen), onclick: pick },
      item.icon || null, el("span", { class: "menu-words" }, el("span", {}, item.label), item.detail ? el("small", { text: item.detail }) : null)));
  }
  arrows(menu, ".menu-item");
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
    opener.focus();
  });
  document.body.append(menu);
  placeBeside(menu, opener);
  const outside = (event) => {
    if (!menu.contains(event.target) && !opener.contains(event.target)) closeMenu();
  };
  document.addEventListener("pointerdown", outside, true);
  opener.setAttribute("aria-expanded", "true");
  open = { menu, opener, outside };
  (menu.querySelector(".menu-item.chosen") || menu.querySelector(".menu-item"))?.focus();
}

/** A dialog's shell: covers the page, keeps Tab inside, and calls `onEscape`. Returns the overlay and the box. */
export function shell(label, onEscape, ...children) {
  const box = el("div", { class: "dialog", role: "dialog", "aria-modal": "true", "aria-label": label, tabindex: "-1" }, ...children);
  const overlay = el("div", { class: "overlay" }, box);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    } else if (event.key === "Tab") {
      keepInside(box, event);
    }
  });
  byId("dialogs").append(overlay);
  return { overlay, box };
}

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), [tabindex='0']";

function keepInside(box, event) {
  const all = [...box.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent !== null);
  if (!all.length) return;
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement === edge || document.activeElement === box) {
    event.preventDefault();
    all[event.shiftKey ? all.length - 1 : 0].focus();
  }
}

/** Ask as a Block Kit confirmation object says. Resolves to whether the person agreed. */
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  const before = document.activeElement;
  return new Promise((resolve) => {
    const answer = (yes) => {
      overlay.remove();
      focusBack(before);
      resolve(yes);
    };
    const agree = el("button", { type: "button", class: `button ${question.style === "danger" ? "danger" : "primary"}`, text: plainWords(question.confirm), onclick: () => answer(true) });
    const { overlay } = shell(plainWords(question.title), () => answer(false),
      el("div", { class: "dialog-head" }, el("h2", { text: plainWords(question.title) })),
      el("div", { class: "dialog-body" }, textObject(question.text)),
      el("div", { class: "dialog-foot" }, el("button", { type: "button", class: "button", text: plainWords(question.deny), onclick: () => answer(false) }), agree));
    overlay.classList.add("small");
    agree.focus();
  });
}

/** Show something to read, with a way out. */
export function notice(title, ...children) {
  const before = document.activeElement;
  const close = () => {
    overlay.remove();
    focusBack(before);
  };
  const button = el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: close }, icon("close", 18));
  const { overlay } = shell(title, close, el("div", { class: "dialog-head" }, el("h2", { text: title }), button), el("div", { class: "dialog-body" }, ...children));
  overlay.addEventListener("pointerdown", (event) => event.target === overlay && close());
  button.focus();
  return close;
}
