// Very many sites, one cell each. A cell is read by pointing at it, by touch, or with the arrow keys; what it says has a
// fixed place, so reading never moves anything.
import { html, nothing, render } from "./lit-html.js";

const CELL = "button[data-site]";

/** <cf-waffle>, with the property `groups`: [{ kind, title, cells: [{ site, text }…] }…]. The Tab key stops at it once. */
class Waffle extends HTMLElement {
  #groups = [];
  #at;
  #pinned = false;

  set groups(groups) {
    this.#groups = groups;
    if (this.isConnected) this.#paint();
  }

  connectedCallback() {
    if (!this.listens) {
      this.listens = true;
      this.addEventListener("focusin", (event) => this.#read(event, true));
      this.addEventListener("click", (event) => this.#read(event, true));
      this.addEventListener("pointerover", (event) => { if (!this.#pinned && event.pointerType === "mouse") this.#read(event, false); });
      this.addEventListener("pointerleave", () => { if (!this.#pinned && this.#at !== undefined) { this.#at = undefined; this.#paint(); } });
      this.addEventListener("focusout", () => { this.#pinned = false; });
      this.addEventListener("keydown", (event) => this.#key(event));
    }
    this.#paint();
  }

  get #cells() {
    return this.#groups.flatMap((group) => group.cells);
  }

  #read(event, pinned) {
    const cell = event.target.closest?.(CELL);
    if (!cell) return;
    this.#at = cell.dataset.site;
    this.#pinned = pinned;
    this.#paint();
  }

  #key(event) {
    const cells = [...this.querySelectorAll(CELL)];
    const from = cells.indexOf(document.activeElement);
    if (from < 0) return;
    const to = { ArrowLeft: () => cells[from - 1], ArrowRight: () => cells[from + 1], Home: () => cells[0], End: () => cells.at(-1), ArrowUp: () => beside(cells, from, -1), ArrowDown: () => beside(cells, from, 1) }[event.key];
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  }

  /** A site may have moved to another group: the focus follows it. */
  #paint() {
    const held = this.contains(document.activeElement) && document.activeElement.matches(CELL);
    const known = this.#cells.find((cell) => cell.site === this.#at);
    const stop = (known ?? this.#cells[0])?.site;
    render(html`<p class="waffle__readout">${known ? known.text : "Point at a cell, tap it, or go there with the arrow keys, to read which site it is."}</p>
      ${this.#groups.map(({ kind, title, cells }) => html`<div><h3>${title}</h3><div class="waffle w-${kind}" role="group" aria-label=${title}>${cells.map(({ site, text }) =>
        html`<button type="button" data-site=${site} tabindex=${site === stop ? 0 : -1} aria-label=${text} class=${site === this.#at ? "is-read" : nothing}></button>`)}</div></div>`)}`, this);
    if (held && document.activeElement?.dataset?.site !== this.#at) this.querySelector(`${CELL}[tabindex="0"]`)?.focus();
  }
}

/** The cell above (−1) or below (1) another: nearest in the next row, whichever group that is of. */
function beside(cells, from, way) {
  const box = (cell) => cell.getBoundingClientRect();
  const here = box(cells[from]);
  const beyond = cells.map((cell) => [cell, box(cell)]).filter(([, to]) => way * (to.top - here.top) > 1);
  const row = Math.min(...beyond.map(([, to]) => way * to.top));
  return beyond.filter(([, to]) => way * to.top - row < 1).sort(([, a], [, b]) => Math.abs(a.left - here.left) - Math.abs(b.left - here.left))[0]?.[0];
}

customElements.define("cf-waffle", Waffle);
