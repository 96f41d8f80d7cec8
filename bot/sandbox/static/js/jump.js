// Ctrl+K: type the beginning of a channel's or a person's name, and go there.

import { Combobox } from "./combobox.js";
import { el } from "./dom.js";
import { notice } from "./popup.js";
import { openDm } from "./sidebar.js";
import { shownName, store } from "./store.js";

function places() {
  const rooms = store.channels.filter((each) => !each.archived).map((each) => ({ key: each.id, label: `${each.private ? "" : "#"}${each.name}`, sign: each.private ? "lock" : null }));
  const people = [...store.people.values()].filter((each) => !each.deleted && each.id !== store.me.id)
    .map((each) => ({ key: each.id, label: shownName(each.id), detail: `@${each.name}`, person: true }));
  return [...rooms, ...people];
}

function jump(go) {
  const onChange = ([place]) => {
    close();
    if (place.person) openDm(place.key, go);
    else go(place.key);
  };
  const box = new Combobox({ label: "Jump to", placeholder: "A channel or a person", choices: places, onChange });
  const close = notice("Jump to…", el("div", { class: "jump" }, box.node));
  box.input.focus();
  box.open();
}

/** Listen for the key. `go(place)` moves the reader. */
export function startJump(go) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || document.querySelector(".overlay")) return;
    event.preventDefault();
    jump(go);
  });
}
