// Finished models: what they are worth, and their files.
import { html, nothing } from "./lit-html.js";
import { foldWords, metricName, metricValue, metrics, plural, shortHash } from "./format.js";
import { may } from "./me.js";
import { Polled, explain } from "./net.js";
import { empty, failed, head, icon, loading, name, panel, time } from "./parts.js";

const FILES = {
  "model.safetensors": "the model’s weights",
  "card.md": "the model card, for people",
  "manifest.json": "the hashes of these files",
  "metrics.json": "the numbers of the evaluation",
};
/** What most people come for is first. */
const ORDER = ["model.safetensors", "card.md", "metrics.json", "manifest.json"];

const FOLD = /^fold-(\d+)\.safetensors$/;

const about = (file) => FILES[file] ?? (FOLD.test(file) ? `its number begins at 0; trained without the rows of ${foldWords(Number(FOLD.exec(file)[1]))}, to be evaluated on them` : "");

const place = (file) => (ORDER.includes(file) ? ORDER.indexOf(file) : ORDER.length);

const sorted = (files) => [...files].sort((a, b) => place(a) - place(b) || a.localeCompare(b, "en", { numeric: true }));

/** What the plan let the coordinator make files of, as these files tell. */
const released = (files) => (files.some((file) => file.endsWith(".safetensors")) ? "weights, card and numbers" : files.length ? "card and numbers, no weights" : "nothing");

export class ModelsPage {
  nav = "/models";

  constructor(_, changed) {
    this.models = new Polled("/models", 10_000, changed);
    this.jobs = new Polled("/jobs?view=brief", 3_000, changed);
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
    const jobs = new Map((this.jobs.value ?? []).map((job) => [job.id, job]));
    return html`${head({ title: "Models", text: models ? plural(models.length, "finished model") + ", newest first. The plan that the sites approved says which files the coordinator makes. Whatever it says, every site of a round receives that round’s model." : nothing })}
      ${!models ? html`<div class="panel">${this.models.failure ? failed("Models", explain(this.models.failure), undefined, 2) : loading("models")}</div>` : nothing}
      ${models?.length === 0 ? html`<div class="panel">${empty("No model yet", "A model shows here when its job has completed.", html`<a class="btn" href="/jobs">See the jobs</a>`, 2)}</div>` : nothing}
      ${(models ?? []).map((model, i) => card(model, jobs.get(model.job), i))}`;
  }
}

function fileOf(model, file) {
  const text = html`<span>${name(file)}${about(file) ? html`<span class="sub">${about(file)}</span>` : nothing}</span>`;
  return may("artifact.read") ? html`<a href="/api/v1/jobs/${model.job}/artifacts/${encodeURIComponent(file)}" download=${file}>${icon("down")}${text}</a>` : text;
}

const card = (model, job, i) => panel("h-model-" + i, name(model.name), {
  note: html`made at ${time(Date.parse(model.created))}`,
  end: html`<span class="hash" title=${model.modelHash}>sha256:${shortHash(model.modelHash)}</span>`,
  body: html`<div class="cols model"><div class="c7 panel__body"><dl class="kv kv--wide">
      <div><dt>From job</dt><dd><a class="clamp" href="/jobs/${model.job}">${name(model.name)}</a></dd></div>
      ${job ? html`<div><dt>Study</dt><dd>${name(job.study)}</dd></div><div><dt>Sites</dt><dd>${job.rosterSize}, at least ${job.threshold} in each sum</dd></div>` : nothing}
      <div><dt>Files made</dt><dd>${released(model.files)}</dd></div>
      ${metrics(job?.metrics ?? {}).map(([key, value]) => html`<div><dt>${metricName(key)}</dt><dd>${metricValue(key, value)}</dd></div>`)}
    </dl></div>
    <ul class="c5 panel__body files" aria-label="Files">${sorted(model.files).map((file) => html`<li>${fileOf(model, file)}</li>`)}</ul></div>`,
  foot: html`${may("artifact.read") ? nothing : html`<span>Researchers and auditors may download these files.</span>`}<span>The card says how the model was made, how good it is and what it promises of privacy. No audit by group of patients is recorded, nor which model came before it.</span>`,
});
