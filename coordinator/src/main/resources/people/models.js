// Finished models: which there are, how good, and what may leave.
import { html, nothing } from "./lit-html.js";
import { delta, metric, metricName, metrics, plural, shortHash, spent } from "./format.js";
import { Polled, explain } from "./net.js";
import { columns, empty, failed, head, loading, name, panel, tableBox, time } from "./parts.js";

export class ModelsPage {
  nav = "/models";

  constructor(_, changed) {
    this.models = new Polled("/models", 5_000, changed);
    this.jobs = new Polled("/jobs?view=brief", 5_000, changed);
  }

  title() {
    return "Models";
  }

  retry() {
    this.models.refresh(false);
    this.jobs.refresh(false);
  }

  close() {
    this.models.close();
    this.jobs.close();
  }

  view() {
    const models = this.models.value;
    return html`${head({ title: "Models", text: models ? plural(models.length, "finished model") + (models.length > 1 ? ", newest first" : "") + ". The plan that the sites approved says which files the coordinator makes. Whatever it says, every site of a round receives that round’s model." : nothing })}
      ${!models ? html`<div class="panel">${this.models.failure ? failed("Models", explain(this.models.failure), undefined, 2) : loading("models")}</div>` : nothing}
      ${models?.length === 0 ? html`<div class="panel">${empty("No model yet", "A model shows here when its job has completed.", html`<a class="btn" href="/jobs">See the jobs</a>`, 2)}</div>` : nothing}
      ${models?.length ? panel("h-models", "Finished models", { body: table(models, new Map((this.jobs.value ?? []).map((job) => [job.id, job]))) }) : nothing}`;
  }
}

/** What the coordinator made files of, as these files tell; without an evaluation the file of numbers has none. */
export function made(files, evaluated) {
  if (files.length === 0) return "nothing";
  const weights = files.some((file) => file.endsWith(".safetensors"));
  if (evaluated) return weights ? "weights, card and numbers" : "card and numbers, no weights";
  return weights ? "weights and card" : "card, no weights";
}

/** The number of each model among those of its name and study, by when they were made. */
function versions(models, jobs) {
  const so = new Map(), numbers = new Map();
  for (const model of [...models].reverse()) {
    const key = JSON.stringify([model.name, jobs.get(model.job)?.study]);
    so.set(key, (so.get(key) ?? 0) + 1);
    numbers.set(model.job, so.get(key));
  }
  return numbers;
}

function table(models, jobs) {
  const numbers = versions(models, jobs);
  return tableBox("h-models", html`<table class="table table--cards" role="table">${columns("Model", "Version", "How good", "Privacy", "Files made", "Made", "Model hash")}<tbody role="rowgroup">${models.map((model) => {
    const job = jobs.get(model.job);
    const [key, value] = metrics(job?.metrics ?? {})[0] ?? [];
    return html`<tr role="row"><th role="rowheader" scope="row"><a class="clamp" href="/models/${model.job}">${name(model.name)}</a>${job ? html`<span class="sub">study ${name(job.study)}</span>` : nothing}</th>
      <td role="cell" data-label="Version">${job ? numbers.get(model.job) : "–"}</td>
      <td role="cell" data-label=${key ? metricName(key) : "How good"}>${key ? html`${metric(value)}<span class="sub head-only">${metricName(key)}</span>` : html`<span class="muted">not evaluated</span>`}</td>
      <td role="cell" data-label="Privacy">${job?.spent ? html`ε\u00a0${spent(job.spent.epsilon)}<span class="sub">δ\u00a0${delta(job.spent.delta)}, per ${job.spent.unit}</span>` : html`<span class="muted">${job?.promisesNothing ? "none promised" : "not known"}</span>`}</td>
      <td role="cell" data-label="Files made">${made(model.files, !job || Boolean(key))}</td>
      <td role="cell" data-label="Made">${time(Date.parse(model.created))}</td>
      <td role="cell" data-label="Model hash"><span class="hash" title=${model.modelHash}>${shortHash(model.modelHash)}</span></td></tr>`;
  })}</tbody></table>`);
}
