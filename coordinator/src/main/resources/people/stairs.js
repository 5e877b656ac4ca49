// What a job has spent of its privacy, commit by commit, against what its plan allows in all.
import { html, nothing } from "./lit-html.js";
import { Chart, MARGIN, across, add, grid, upwards } from "./charts.js";
import { against, spentAfter, usedBy } from "./budget.js";
import { count, delta, plural, spent } from "./format.js";
import { panel, sites } from "./parts.js";

/** <cf-stairs>, with the property `stairs`: { privacy, done }, of which `done` commits are spent. */
class Stairs extends Chart {
  #stairs;

  set stairs(stairs) {
    const before = this.#stairs;
    this.#stairs = stairs;
    this.points = [[0, 0], ...stairs.privacy.spent.map((point) => [point.commits, point.epsilon])];
    if (before?.done !== stairs.done || before.privacy.epsilon !== stairs.privacy.epsilon) this.redraw();
  }

  draw(width, height) {
    const { privacy, done } = this.#stairs;
    const high = privacy.epsilon * 1.2, last = privacy.commits;
    this.x = (v) => MARGIN.left + v / last * (width - MARGIN.left - MARGIN.right);
    const y = (v) => height - MARGIN.bottom - v / high * (height - MARGIN.top - MARGIN.bottom);
    grid(this.svg, width, 0, high, y);
    across(this.svg, width, height, 0, last, this.x, "commits");
    upwards(this.svg, height, "ε at most");
    // The next commit is what costs: nothing rises before it.
    const flat = (points) => points.map(([px, py], i) => (i ? `H${this.x(points[i - 1][0] + 1).toFixed(1)}V${y(py).toFixed(1)}H${this.x(px).toFixed(1)}` : `M${this.x(px).toFixed(1)} ${y(py).toFixed(1)}`)).join("");
    const now = spentAfter(privacy, done);
    const past = [...this.points.filter(([px]) => px < done), [done, now]];
    add(this.svg, "line", { class: "limit", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(privacy.epsilon), y2: y(privacy.epsilon) });
    add(this.svg, "text", { class: "label", x: MARGIN.left + 6, y: y(privacy.epsilon) - 6 }, `the plan’s total, ε\u00a0${spent(privacy.epsilon)}`);
    if (done < last) add(this.svg, "path", { class: "line line--privacy line--planned", d: flat([[done, now], ...this.points.filter(([px]) => px > done)]) });
    if (done > 0) add(this.svg, "path", { class: "line line--privacy", d: flat(past) });
    add(this.svg, "circle", { class: "dot dot--privacy", cx: this.x(done), cy: y(now), r: 4 });
    this.svg.setAttribute("aria-label", `Privacy spent by commit: at most ε\u00a0${spent(now)} of ${spent(privacy.epsilon)} after ${plural(done, "commit")} of ${count(last)}. Arrow keys read single points.`);
  }

  said([commits, epsilon]) {
    return commits === 0 ? "Before the first commit: nothing is spent" : `After ${plural(commits, "commit")}${commits > this.#stairs.done ? ", planned" : ""}: ε at most ${spent(epsilon)}`;
  }

  rested() {
    const { privacy, done } = this.#stairs;
    return `ε\u00a0${spent(spentAfter(privacy, done))} of ${spent(privacy.epsilon)} after ${plural(done, "commit")} of ${count(privacy.commits)}`;
  }
}

customElements.define("cf-stairs", Stairs);

/** The panel; nothing for a job without a guarantee. */
export function privacySpent(job, picture, more = "") {
  const { privacy } = job;
  if (!privacy?.spent?.length) return nothing;
  const done = usedBy(job, picture);
  const certified = privacy.observers.at(-1);
  return panel("h-spent", "Privacy spent", {
    more,
    note: `ε\u00a0${spent(spentAfter(privacy, done))} of ${spent(privacy.epsilon)}, δ\u00a0=\u00a0${delta(privacy.delta)}, per ${privacy.unit}, added or removed`,
    body: html`<div class="panel__body"><figure class="chart"><cf-stairs .stairs=${{ privacy, done }}></cf-stairs>
      <details class="as-table"><summary>Show as table</summary><div class="table-tall" tabindex="0" role="group" aria-label="Privacy spent by commit"><table class="table table--dense"><thead><tr><th scope="col" class="num">Commits</th><th scope="col" class="num">ε at most</th><th scope="col">State</th></tr></thead><tbody>${
        privacy.spent.map((point) => html`<tr><td class="num">${count(point.commits)}</td><td class="num">${spent(point.epsilon)}</td><td>${point.commits <= done ? "spent" : "planned"}</td></tr>`)}</tbody></table></div></details></figure></div>`,
    foot: html`<span>These numbers hold even against ${certified ? `${against(certified.observer)}, and with only ${sites(certified.survivors)} in every sum` : "the fewest sites that a sum may hold"}. ${done < privacy.commits ? "The dotted line is planned. " : ""}A commit is a round that sites charge; it counts from its opening on, and one that is given up counts too, because they may have charged it. Who charges are the sites, each in its own ledger; what a ledger has left only its site knows.</span>`,
  });
}
