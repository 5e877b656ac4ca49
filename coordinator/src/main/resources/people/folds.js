// How good a model is, fold by fold.
import { html, nothing } from "./lit-html.js";
import { metric, metricValue } from "./format.js";
import { panel, tableBox } from "./parts.js";

const FOLD = /fold (\d+)$/;
const COLUMNS = [["logLoss", "Log loss"], ["accuracy", "Accuracy"], ["ece", "Calibration error"], ["rows", "Rows"], ["positives", "With the event"]];

/** A value with how far it may be off, on a scale from 0 to 100 percent; `mark` is what it is compared with. */
const interval = ({ value, off, mark }, at) => html`<span class="interval" aria-hidden="true"><i class="mark" .style=${"--v:" + at(mark)}></i><i class="ci" .style=${`--lo:${at(value - off)};--hi:${at(value + off)}`}></i><i class="pt" .style=${"--v:" + at(value)}></i></span>`;

/** The panel; of a job that evaluates nothing a word on why. */
export function folds(evaluations, job) {
  if (evaluations.length === 0) {
    return panel("h-folds", "Fold by fold", { note: "not recorded", body: html`<p class="panel__body muted">${job.privacy ? "Nothing was evaluated: an evaluation needs exact counts, which this plan’s noise does not cover." : "Nothing was evaluated: the plan has no folds."}</p>` });
  }
  const aucs = evaluations.map(({ metrics }) => metrics.auc).filter(Number.isFinite);
  const drawn = aucs.length > 0 && Number.isFinite(job.metrics.auc);
  // From the next tenth below the least: an axis that begins at nothing would hide what differs.
  const from = Math.min(...aucs, job.metrics.auc) < 0.5 ? 0 : Math.floor((Math.min(...aucs, job.metrics.auc) - 0.01) * 10) / 10;
  const at = (value) => Math.max(0, Math.min(100, 100 * (value - from) / (1 - from)));
  const scale = `AUC from ${metric(from).slice(0, 3)} to 1`;
  const columns = COLUMNS.filter(([key]) => evaluations.some(({ metrics }) => Number.isFinite(metrics[key])));
  const off = (numbers) => (Number.isFinite(numbers.aucErrorBound) ? html` <span class="unit">±\u00a0${metric(numbers.aucErrorBound)}</span>` : nothing);
  const row = (what, numbers, all) => html`<tr role="row" class=${all ? "is-sum" : ""}><th role="rowheader" scope="row">${what}</th><td role="cell" class="num" data-label="AUC">${metric(numbers.auc)}${off(numbers)}</td>${drawn ? html`<td role="cell" class="wide full" data-label=${scale}>${Number.isFinite(numbers.auc) ? interval({ value: numbers.auc, off: numbers.aucErrorBound ?? 0, mark: job.metrics.auc }, at) : nothing}</td>` : nothing}${columns.map(([key, word]) => html`<td role="cell" class="num" data-label=${word}>${metricValue(key, numbers[key])}</td>`)}</tr>`;
  return panel("h-folds", "Fold by fold", {
    note: "each fold’s rows, by the model that was trained without them",
    body: tableBox("h-folds", html`<table class="table table--dense table--cards" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Fold</th><th role="columnheader" scope="col" class="num">AUC</th>${drawn ? html`<th role="columnheader" scope="col">${scale}</th>` : nothing}${columns.map(([, word]) => html`<th role="columnheader" scope="col" class="num">${word}</th>`)}</tr></thead><tbody role="rowgroup">${
      evaluations.map(({ task, metrics }) => row("Fold " + (Number(FOLD.exec(task)?.[1] ?? 0) + 1), metrics))}${row("All folds", job.metrics, true)}</tbody></table>`),
    foot: html`<span>Tick and bar: a fold’s AUC, and how far the histogram of scores may be off. Grey line: all folds together. Numbers are of all sites in a sum; no site’s own is known. Part of the difference between folds is chance, the more so where few rows have the event${columns.some(([key]) => key === "ece") ? "; the calibration error of all folds can be smaller than that of each, because chance evens out over more rows" : ""}.</span>`,
  });
}
