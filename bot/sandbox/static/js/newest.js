// A way to the end for somebody who reads further up while others write.

import { el } from "./dom.js";

/** Show a button below `list` while something newer than what its reader has seen is out of sight. */
export function watchEnd(list) {
  let seen = 0;
  const button = el("button", { type: "button", class: "newest", hidden: true, text: "New messages ↓", onclick: () => {
    list.scrollTop = list.scrollHeight;
    list.focus({ preventScroll: true });
  } });
  const look = () => {
    const last = Number(list.querySelector("article.message:last-of-type")?.dataset.ts || 0);
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    if (atEnd) seen = last;
    button.hidden = atEnd || last <= seen;
  };
  list.addEventListener("scroll", look);
  new MutationObserver(look).observe(list, { childList: true });
  list.after(button);
}
