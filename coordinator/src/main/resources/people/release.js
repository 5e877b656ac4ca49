// What may leave of a finished model: the shortest bar decides, and these are its files.
import { html, nothing } from "./lit-html.js";
import { foldWords } from "./format.js";
import { may } from "./me.js";
import { made } from "./models.js";
import { icon, name, panel, sites } from "./parts.js";

const LEVELS = ["NONE", "METRICS", "LABEL", "SCORES", "WEIGHTS"];
/** What each level lets leave; `evaluated` says whether there are numbers at all. */
const MEANING = {
  NONE: () => "no file is made",
  METRICS: (evaluated) => (evaluated ? "the card and the numbers of the evaluation; no weights" : "the card; no weights"),
  LABEL: (evaluated) => `at most the answer yes or no for a patient; nothing serves answers yet, so the files are ${evaluated ? "the card and the numbers" : "the card"}`,
  SCORES: (evaluated) => `at most a score for a patient; nothing serves scores yet, so the files are ${evaluated ? "the card and the numbers" : "the card"}`,
  WEIGHTS: (evaluated) => (evaluated ? "the weights, the card and the numbers" : "the weights and the card"),
};

const permits = (text) => /^(permitted|approved)/i.test(text);

const bar = (level, note, more = "") => html`<span class="allow ${more}" .style=${"--n:" + (LEVELS.indexOf(level) + 1)}>${level}</span>${note ? html`<span class="cap-note" .style=${"--n:" + (LEVELS.indexOf(level) + 1)}>${note}</span>` : ""}`;

/** The panel; `level` is what the plan lets leave. */
export function ladder(level, job) {
  if (!level) return panel("h-leave", "What may leave", { body: html`<p class="panel__body muted">The plan was kept by another version of Confide, so what it lets leave is not shown.</p>` });
  const meaning = MEANING[level](Object.keys(job.metrics).length > 0);
  const answers = Object.values(job.siteVerdicts), said = answers.filter(permits).length;
  return panel("h-leave", "What may leave", {
    note: "the shortest bar decides",
    body: html`<div class="ladder" role="img" aria-label=${`The plan lets at most ${level} leave: ${meaning}. ${said} of ${job.rosterSize} sites permitted it. No audit is recorded.`}>
      <div class="rung"></div>${LEVELS.map((each) => html`<div class="rung ${each === level ? "is-level" : ""}">${each}</div>`)}
      <div class="who-says">The plan</div><div class="span">${bar(level, "")}</div>
      <div class="who-says">${said} of ${sites(job.rosterSize)}</div><div class="span">${bar(level, level === "WEIGHTS" ? "" : "or more, which only they know")}</div>
      <div class="who-says">Audits</div><div class="span"><span class="cap-note" .style=${"--n:0"}>none is recorded, so none lowers it</span></div>
      <div class="who-says result"><b>May leave</b></div><div class="span result">${bar(level, "")}</div></div>`,
    foot: html`<span>${level}: ${meaning}.</span><span>Each level also allows those before it: NONE is no file, METRICS the card and numbers, LABEL a yes or no for a patient, SCORES a score for a patient, WEIGHTS the model itself.</span><span>A site refuses a plan that lets more leave than its policy does: those that permitted this one allow at least its level. Sites receive the model of each round they are in, whatever may leave.</span>`,
  });
}

const FILES = {
  "model.safetensors": "the model’s weights",
  "card.md": "the model card, for people",
  "metrics.json": "the numbers of the evaluation",
  "manifest.json": "the hashes of these files",
};
/** What most people come for is first. */
const ORDER = Object.keys(FILES);

const FOLD = /^fold-(\d+)\.safetensors$/;

const about = (file, evaluated) => (file === "metrics.json" && !evaluated ? "no numbers: nothing was evaluated" : FILES[file]) ?? (FOLD.test(file) ? "weights of the model of " + foldWords(Number(FOLD.exec(file)[1])) : "");

const place = (file) => (ORDER.includes(file) ? ORDER.indexOf(file) : ORDER.length);

const sorted = (all) => [...all].sort((a, b) => place(a) - place(b) || a.localeCompare(b, "en", { numeric: true }));

function line(job, file, evaluated) {
  const said = about(file, evaluated);
  const text = html`<span>${name(file)}${said ? html`<span class="sub">${said}</span>` : nothing}</span>`;
  return may("artifact.read") ? html`<a href="/api/v1/jobs/${job}/artifacts/${encodeURIComponent(file)}" download=${file}>${icon("down")}${text}</a>` : text;
}

/** The panel; `evaluated` says whether there are numbers. */
export const files = (model, evaluated) => panel("h-files", "Files", {
  note: made(model.files, evaluated),
  body: model.files.length ? html`<ul class="panel__body files" aria-label="Files">${sorted(model.files).map((file) => html`<li>${line(model.job, file, evaluated)}</li>`)}</ul>` : html`<p class="panel__body muted">The plan lets no file be made.</p>`,
  foot: html`${may("artifact.read") ? nothing : html`<span>Researchers and auditors may download these files.</span>`}${model.files.some((file) => FOLD.test(file)) ? html`<span>Files count folds from 0, pages from 1. The model of a fold is trained without the fold’s rows, to be evaluated on them.</span>` : nothing}<span>Who downloads a file is written to the event log.</span>`,
});
