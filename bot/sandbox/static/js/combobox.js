// One box to choose from a list: type to narrow it, arrows and Enter to choose. Single or many; the list may come from the app.

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { placeBeside } from "./popup.js";

let count = 0;

/**
 * choices(query) -> [{key, label, detail?, group?}] or a promise of it; `chosen` -> the list of choices at the start;
 * onChange(list). `many`: several may be chosen, at most `most`; `clearable`: a single choice may be taken back.
 */
export class Combobox {
  constructor({ label, placeholder, choices, chosen = [], many = false, most = Infinity, clearable = false, remote = false, shortest = 0, onChange }) {
    Object.assign(this, { choices, chosen, many, most, clearable, remote, shortest, onChange, placeholder });
    this.listId = `list-${(count += 1)}`;
    this.input = el("input", { type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": label, "aria-expanded": "false", "aria-controls": this.listId, "aria-autocomplete": "list" });
    this.chips = el("span", { class: "chips" });
    this.clear = el("button", { type: "button", class: "clear", "aria-label": `Clear ${label}`, hidden: true, onclick: () => this.set([]) }, icon("close", 13));
    this.node = el("div", { class: `combobox${many ? " many" : ""}` }, this.chips, this.input, this.clear, el("span", { class: "chevron" }, icon("down", 14)));
    this.list = null;
    this.active = -1;
    this.listen();
    this.draw();
  }

  listen() {
    this.node.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button") || event.target === this.input) return;
      event.preventDefault();
      this.input.focus();
      this.open();
    });
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("input", () => this.refresh(true));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.key === "Escape" && this.list) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list) this.move(event.key === "ArrowDown" ? 1 : -1);
      else this.open();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.list && this.shown[this.active]) this.pick(this.shown[this.active]);
      else this.open();
    } else if (event.key === "Backspace" && this.many && !this.input.value && this.chosen.length) {
      this.set(this.chosen.slice(0, -1));
    }
  }

  /** Show the list. What is chosen is marked to be typed over, unless the typing is what opened it. */
  open(typing = false) {
    if (this.list) return;
    this.list = el("div", { class: "listbox", id: this.listId, role: "listbox", "aria-multiselectable": this.many ? "true" : null });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    document.body.append(this.list);
    this.input.setAttribute("aria-expanded", "true");
    if (!this.many && !typing) this.input.select();
    if (!typing) this.refresh(false);
  }

  close() {
    this.list?.remove();
    this.list = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.draw();
  }

  /** Read the choices again for what is typed. A list that the app gives is asked for once the typing pauses. */
  refresh(typed) {
    if (typed) this.open(true);
    const query = typed || this.many ? this.input.value.trim() : "";
    clearTimeout(this.timer);
    if (this.remote && query.length < this.shortest) {
      this.shown = [];
      this.showList([el("div", { class: "empty", text: `Type ${this.shortest === 1 ? "a character" : `at least ${this.shortest} characters`} to see options` })]);
      return;
    }
    this.timer = setTimeout(() => this.load(query), this.remote && typed ? 250 : 0);
  }

  async load(query) {
    const turn = (this.turn = (this.turn || 0) + 1);
    const found = await this.choices(query);
    if (!this.list || turn !== this.turn) return;
    if (!this.node.isConnected) {
      this.close();
      return;
    }
    const sought = query.toLowerCase();
    this.shown = this.remote ? found : found.filter((each) => `${each.label} ${each.detail || ""}`.toLowerCase().includes(sought));
    this.active = Math.max(0, this.shown.findIndex((each) => this.has(each)));
    let group = null;
    const rows = this.shown.flatMap((choice, index) => {
      const head = choice.group && choice.group !== group ? [el("div", { class: "list-group", text: choice.group })] : [];
      group = choice.group;
      return [...head, this.row(choice, index)];
    });
    this.showList(rows.length ? rows : [el("div", { class: "empty", text: "No results" })]);
    this.mark();
  }

  row(choice, index) {
    return el("div", { class: "list-option", id: `${this.listId}-${index}`, role: "option", "aria-selected": String(this.has(choice)), dataset: { index }, onclick: () => this.pick(choice), onpointermove: () => this.activate(index) },
      el("span", {}, choice.sign ? icon(choice.sign, 13) : null, choice.label), choice.detail ? el("small", { text: choice.detail }) : null);
  }

  showList(rows) {
    fill(this.list, rows);
    this.list.style.minWidth = `${this.node.offsetWidth}px`;
    placeBeside(this.list, this.node);
  }

  has = (choice) => this.chosen.some((each) => each.key === choice.key);

  move(step) {
    if (this.shown?.length) this.activate((this.active + step + this.shown.length) % this.shown.length, true);
  }

  activate(index, scroll = false) {
    this.active = index;
    this.mark(scroll);
  }

  mark(scroll = true) {
    for (const row of this.list.querySelectorAll(".list-option")) {
      const on = Number(row.dataset.index) === this.active;
      row.classList.toggle("active", on);
      if (on) this.input.setAttribute("aria-activedescendant", row.id);
      if (on && scroll) row.scrollIntoView({ block: "nearest" });
    }
  }

  pick(choice) {
    if (!this.many) {
      this.chosen = [choice];
      this.close();
      this.onChange(this.chosen);
      return;
    }
    if (!this.has(choice) && this.chosen.length >= this.most) return;
    this.input.value = "";
    this.set(this.has(choice) ? this.chosen.filter((each) => each.key !== choice.key) : [...this.chosen, choice]);
    if (this.list) this.refresh(false);
  }

  set(chosen) {
    this.chosen = chosen;
    this.draw();
    this.onChange(chosen);
  }

  draw() {
    this.clear.hidden = !(this.clearable && this.chosen.length && !this.many);
    this.input.placeholder = this.many && this.chosen.length ? "" : this.placeholder;
    if (!this.many) {
      this.input.value = this.chosen[0]?.label || "";
      return;
    }
    fill(this.chips, this.chosen.map((each) => el("span", { class: "chip" }, each.label,
      el("button", { type: "button", "aria-label": `Remove ${each.label}`, onclick: () => this.set(this.chosen.filter((other) => other.key !== each.key)) }, icon("close", 11)))));
    if (!this.list) this.input.value = "";
  }
}
