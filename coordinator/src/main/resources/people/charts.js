// A curve over rounds, drawn as SVG by hand: the readout has a fixed place, so looking never moves anything.
import { html, nothing } from "./lit-html.js";
import { count, metric } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
export const MARGIN = { left: 46, right: 14, top: 8, bottom: 34 };

export function add(parent, tag, attributes, text) {
  const node = parent.appendChild(document.createElementNS(SVG, tag));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** About `n` round numbers from `low` to `high`. */
export function ticks(low, high, n) {
  const raw = (high - low) / n || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const values = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9 * step; v += step) values.push(Math.abs(v) < step / 1e6 ? 0 : v);
  return values;
}

/** Tick marks of the axis on the left, from `low` to `high`; `y` places a value. */
export function grid(svg, width, low, high, y) {
  const marks = ticks(low, high, 4);
  const digits = Math.max(0, Math.min(4, -Math.floor(Math.log10((marks[1] ?? marks[0] + 1) - marks[0]) + 1e-9)));
  for (const t of marks) {
    add(svg, "line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(t), y2: y(t) });
    add(svg, "text", { class: "axis", x: MARGIN.left - 8, y: y(t) + 4, "text-anchor": "end" }, t.toFixed(digits).replace("-", "−"));
  }
}

/** The axis below: whole numbers from `first` to `last`; `x` places one. */
export function across(svg, width, height, first, last, x, title) {
  for (const t of ticks(first, last, Math.min(8, width / 70)).filter(Number.isInteger)) {
    add(svg, "text", { class: "axis", x: x(t), y: height - MARGIN.bottom + 16, "text-anchor": "middle" }, count(t));
  }
  add(svg, "text", { class: "axis axis--title", x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 3, "text-anchor": "middle" }, title);
}

/**
 * What every chart shares: the readout, the arrow keys, the cross. A chart sets `points`, places one with `x`, and has
 * draw(width, height), said(point) for the readout and rested() for what stands there while nobody looks closer.
 */
export class Chart extends HTMLElement {
  #at = -1;

  connectedCallback() {
    if (!this.svg) {
      this.readout = this.appendChild(document.createElement("output"));
      this.readout.className = "chart__readout";
      this.svg = add(this, "svg", { tabindex: "0", role: "img" });
      this.svg.addEventListener("pointermove", (e) => this.#point(e.offsetX));
      this.svg.addEventListener("pointerleave", () => this.#rest());
      this.svg.addEventListener("blur", () => this.#rest());
      this.svg.addEventListener("keydown", (e) => this.#key(e));
    }
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(this.svg);
    this.redraw();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  /** Draws anew; nothing before the element has its size. */
  redraw() {
    if (!this.svg || !this.points?.length || !this.isConnected) return;
    const width = this.svg.clientWidth, height = this.svg.clientHeight;
    if (width < 80) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren();
    this.draw(width, height);
    this.cross = add(this.svg, "line", { class: "cross", y1: MARGIN.top, y2: height - MARGIN.bottom, visibility: "hidden" });
    this.#rest();
  }

  #point(offset) {
    if (!this.x) return;
    let best = 0;
    this.points.forEach(([px], i) => { if (Math.abs(this.x(px) - offset) < Math.abs(this.x(this.points[best][0]) - offset)) best = i; });
    this.#show(best);
  }

  #key(event) {
    const end = this.points.length - 1;
    const from = this.#at < 0 ? end : this.#at;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: end }[event.key];
    if (to === undefined || !this.x) return;
    this.#show(Math.max(0, Math.min(end, to)));
    event.preventDefault();
  }

  #show(index) {
    this.#at = index;
    const at = this.x(this.points[index][0]);
    this.cross.setAttribute("x1", at);
    this.cross.setAttribute("x2", at);
    this.cross.setAttribute("visibility", "visible");
    this.readout.textContent = this.said(this.points[index]);
  }

  #rest() {
    this.#at = -1;
    this.cross?.setAttribute("visibility", "hidden");
    this.readout.textContent = this.rested();
  }
}

/**
 * <cf-curve>, with the property `curve`: { name, unit, points: [[round, value]…], breaks: [round…] }. A line is not drawn
 * across a break, where another model begins.
 */
class Curve extends Chart {
  #curve;

  set curve(curve) {
    const same = this.#curve && curve.points.length === this.#curve.points.length && curve.name === this.#curve.name;
    this.#curve = curve;
    this.points = curve.points;
    if (!same) this.redraw();
  }

  draw(width, height) {
    const { points, name, breaks } = this.#curve;
    const values = points.map(([, y]) => y);
    let low = Math.min(...values), high = Math.max(...values);
    if (high - low < 1e-9) { low -= 0.5; high += 0.5; }
    const pad = (high - low) * 0.08;
    low -= pad; high += pad;
    const first = points[0][0], last = Math.max(points.at(-1)[0], first + 1);
    this.x = (v) => MARGIN.left + (v - first) / (last - first) * (width - MARGIN.left - MARGIN.right);
    const y = (v) => height - MARGIN.bottom - (v - low) / (high - low) * (height - MARGIN.top - MARGIN.bottom);
    grid(this.svg, width, low, high, y);
    across(this.svg, width, height, first, last, this.x, "round");
    const line = points.map(([px, py], i) => `${i && !breaks.has(px) ? "L" : "M"}${this.x(px).toFixed(1)} ${y(py).toFixed(1)}`).join("");
    add(this.svg, "path", { class: "line", d: line });
    const [endX, endY] = points.at(-1);
    add(this.svg, "circle", { class: "dot", cx: this.x(endX), cy: y(endY), r: 4 });
    this.svg.setAttribute("aria-label", `${name} by round: ${metric(points[0][1])} in round ${first}, ${metric(endY)} in round ${endX}. Arrow keys read single rounds.`);
  }

  said([px, py]) {
    return `Round ${count(px)}: ${this.#curve.name} ${metric(py)}`;
  }

  rested() {
    const [px, py] = this.#curve.points.at(-1);
    return `${this.#curve.name} ${metric(py)} in round ${count(px)}`;
  }
}

customElements.define("cf-curve", Curve);

const ROWS_MAX = 200;

/** A curve and its numbers as a table; nothing before there is a point. */
export function curve(spec) {
  if (spec.points.length === 0) return nothing;
  const rows = spec.points.slice(-ROWS_MAX);
  return html`<figure class="chart"><cf-curve .curve=${spec}></cf-curve>
    <details class="as-table"><summary>Show as table</summary><div class="table-tall" tabindex="0" role="group" aria-label="${spec.name} by round"><table class="table table--dense"><thead><tr><th scope="col" class="num">Round</th><th scope="col" class="num">${spec.name}</th></tr></thead><tbody>${
      rows.map(([x, y]) => html`<tr><td class="num">${count(x)}</td><td class="num">${metric(y)}</td></tr>`)}</tbody></table></div></details></figure>`;
}
