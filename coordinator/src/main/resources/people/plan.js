// Everything that a plan fixes, and what is new in it. Comes when somebody opens it.
import { html, nothing } from "./lit-html.js";
import { plural, shortId } from "./format.js";
import { Polled, explain } from "./net.js";
import { failed, loading, name, status, tableBox, time } from "./parts.js";

export class PlanDetails {
  #polled;

  /** A plan is frozen, so it is asked for once. */
  constructor(job, changed) {
    this.#polled = new Polled(`/jobs/${job}/plan`, 0, changed);
  }

  close() {
    this.#polled.close();
  }

  retry() {
    if (!this.#polled.value) this.#polled.refresh(false);
  }

  view() {
    const plan = this.#polled.value, failure = this.#polled.failure;
    if (!plan) return failure ? failed("The plan", explain(failure)) : loading("the plan", 8);
    const changes = new Map((plan.previous?.changes ?? []).map((change) => [change.field, change]));
    const gone = [...changes.values()].filter((change) => change.after === undefined);
    return html`<div class="stack"><p class="small">${compared(plan.previous)}</p>
      ${plan.sections.map((section, i) => fields("h-plan-" + i, section.title, section.fields.map((field) => [field.label, value(field), changes.get(field.field)])))}
      ${gone.length ? fields("h-plan-gone", "No longer there", gone.map((change) => [change.label, "–", change])) : nothing}
      <p class="small muted">SHA-256 of the plan, which sites approve: <span class="mono wrap">${plan.hash}</span></p></div>`;
  }
}

function compared(previous) {
  if (!previous) return "This is the first job of this name and study.";
  const before = html`<a href="/jobs/${previous.job}">job ${shortId(previous.job)}</a> of ${time(Date.parse(previous.submitted))}`;
  if (!previous.changes) return html`The plan of ${before} was kept by another version and cannot be compared.`;
  return previous.changes.length ? html`${plural(previous.changes.length, "field")} ${previous.changes.length === 1 ? "differs" : "differ"} from ${before}.` : html`Nothing differs from ${before}.`;
}

const value = (field) => html`${name(field.value)}${field.unit ? html` <span class="unit">${field.unit}</span>` : nothing}`;

const fields = (id, title, rows) => html`<div><h3 id=${id}>${title}</h3>${tableBox(id, html`<table class="table table--dense table--wrap"><thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col">Before</th></tr></thead><tbody>${rows.map(([label, now, change]) => html`
  <tr><th scope="row">${label}</th><td>${now}</td><td>${change ? html`${status("warn", "warn", change.before === undefined ? "New" : change.after === undefined ? "Gone" : "Changed")}<span class="sub">${change.before === undefined ? "was not there" : html`was ${name(change.before)}`}</span>` : html`<span class="muted">the same</span>`}</td></tr>`)}</tbody></table>`)}</div>`;
