// What a job has learned, round by round; under noise, which lets nothing of that leave, how much noise there is.
import { html, nothing } from "./lit-html.js";
import { curve } from "./charts.js";
import { closedRounds, endedRounds, includedOf } from "./fold.js";
import { count, foldWords, list, metric, metricName, plural, small, taskWords } from "./format.js";
import { set } from "./jobs.js";
import { panel } from "./parts.js";

/** What can be drawn of an evaluation, in the order of the choice. */
const DRAWN = ["auc", "logLoss", "accuracy", "brier", "ece"];
const FOLD = /fold (\d+)$/;
const EVALUATES = /^evaluate/;

/** The panels, which share a row if there are two. */
export function curves(job, picture, roster) {
  if (job.privacy) return noise(job, picture);
  const loss = losses(picture), evaluated = evaluations(picture, evaluatedOver(picture, roster));
  return loss === nothing && evaluated === nothing ? nothing : html`<div class="cols cols--even">${loss}${evaluated}</div>`;
}

/** A line for every model: one a fold, and the final one. */
function losses(picture) {
  const rounds = closedRounds(picture).filter((round) => Number.isFinite(round.loss));
  if (rounds.length === 0) return nothing;
  const lines = [];
  for (const round of rounds) {
    if (lines.at(-1)?.task !== round.task) lines.push({ task: round.task, ...words(round.task, picture.folds), points: [] });
    lines.at(-1).points.push([round.number, round.loss]);
  }
  const one = lines.length === 1;
  return panel("h-loss", "Training loss", {
    more: picture.evaluations.length ? "c7" : "",
    note: "mean over the sites in the sum of a round",
    body: html`<div class="panel__body">${curve({
      name: "Training loss", axis: "log loss", over: "round", lines,
      read: ([round, loss], line) => `Round ${count(round)}, ${line.label}: training loss ${metric(loss)}`,
      columns: [...(one ? [] : [["Model", (_, line) => line.label]]), ["Training loss", ([, loss]) => metric(loss)]],
    })}</div>`,
    foot: one && !thinned(picture) ? nothing : html`${thinned(picture) ? html`<span>Not every round is drawn.</span>` : nothing}${one ? nothing : html`<span>A line for each model, named by its fold. That of a fold is trained without the fold’s rows, to be evaluated on them; the final one on all rows. Each begins anew.</span>`}`,
  });
}

function words(task, folds) {
  const fold = FOLD.exec(task);
  return fold ? { label: foldWords(Number(fold[1]), folds), short: String(Number(fold[1]) + 1) } : /final$/.test(task) ? { label: "final model", short: "final" } : { label: taskWords(task, folds) };
}

/** Whether some of the rounds that have closed were not told, as of a long job. */
const thinned = (picture) => closedRounds(picture).length < endedRounds(picture);

const OVER = "out of fold, over the sites in the sums";

/** Over whom the evaluation is: by name who was missing in one of its sums, where each of these was told. */
export function evaluatedOver(picture, roster) {
  const sums = closedRounds(picture).filter((round) => round.outcome === "done" && EVALUATES.test(round.task ?? ""));
  const told = new Set(sums.map((round) => round.task)).size === picture.evaluations.length;
  if (sums.length === 0 || !told || sums.some(unknown)) return OVER;
  const missing = roster.filter((site) => sums.some((round) => !includedOf(round).has(site)));
  if (missing.length === 0) return OVER;
  const always = missing.every((site) => sums.every((round) => !includedOf(round).has(site)));
  return always ? `${OVER}; without ${list(missing)}` : `${OVER}; ${list(missing)} not in every one`;
}

/** Of a round whose opening was not told it is known how many are in the sum, and not who. */
const unknown = (round) => includedOf(round).size !== round.includedCount;

/** One number of the evaluations, chosen in the address; each evaluation pools the folds that are done. */
function evaluations(picture, over) {
  const known = DRAWN.filter((key) => picture.evaluations.some(({ values }) => Number.isFinite(values[key])));
  if (known.length === 0) return nothing;
  const asked = new URLSearchParams(location.search).get("metric");
  const key = known.includes(asked) ? asked : known[0];
  const points = picture.evaluations.flatMap(({ values }, i) => (Number.isFinite(values[key]) ? [point(i + 1, values, key)] : []));
  const folds = (n) => `${plural(n, "fold")}${picture.folds ? " of " + picture.folds : ""}`;
  const bounded = key === "auc" && points.some(([, , low]) => low !== undefined);
  return panel("h-evaluated", metricName(key), {
    more: "c5",
    note: over,
    end: known.length > 1 ? html`<label class="vh" for="metric">Which number</label><select class="select" id="metric" @change=${(e) => set({ metric: e.target.value })}>${known.map((each) => html`<option value=${each} ?selected=${each === key}>${metricName(each)}</option>`)}</select>` : nothing,
    body: html`<div class="panel__body">${curve({
      name: metricName(key), axis: metricName(key), over: "folds", lines: [{ points }],
      read: ([n, value, low]) => `After ${folds(n)}: ${metricName(key)} ${metric(value)}${low === undefined ? "" : "\u00a0±\u00a0" + metric(value - low)}`,
      columns: [[metricName(key), ([, value]) => metric(value)]],
    })}</div>`,
    foot: html`<span>A point after each fold that was evaluated, over the rows of all folds so far; no site’s own number is known.${bounded ? ` The ${points.length > 1 ? "band" : "bar"} is how far the histogram of scores, from which the sites’ sums give it, may be off.` : ""}</span>`,
  });
}

function point(folds, values, key) {
  const off = key === "auc" ? values.aucErrorBound : undefined;
  return Number.isFinite(off) ? [folds, values[key], values[key] - off, values[key] + off] : [folds, values[key]];
}

/** Of 100 draws of a normal noise 95 lie within so many standard deviations. */
const WITHIN_95 = 1.96;

/** How much noise the sums of a job with a guarantee hold; nothing else is in them that could be drawn. */
function noise({ privacy }, picture) {
  const rounds = closedRounds(picture).filter((round) => round.outcome === "done" && round.includedCount > 0);
  if (rounds.length === 0 || !Number.isFinite(privacy.stepNoise)) return nothing;
  const width = (round) => WITHIN_95 * privacy.stepNoise * Math.sqrt(round.includedCount);
  const of = new Map(rounds.map((round) => [round.number, round]));
  const text = ([number, , , to]) => `Round ${count(number)}, ${plural(of.get(number)?.includedCount ?? 0, "site")} in the sum: noise within ±\u00a0${small(to)}`;
  return panel("h-noise", "Noise in each step", {
    more: "c5",
    note: "what noise alone adds to a parameter",
    body: html`<div class="panel__body">${curve({
      name: "Noise in each step", axis: "change of a parameter", over: "round", spread: true, more: "chart--low chart--noise",
      lines: [{ points: rounds.map((round) => [round.number, 0, -width(round), width(round)]) }],
      read: text,
      columns: [["Sites in the sum", ([number]) => count(of.get(number)?.includedCount)], ["Noise within ±", ([, , , to]) => small(to)]],
    })}</div>`,
    foot: html`<span>The sums of this plan hold noisy training steps and nothing else: no loss and no metric leaves a site, so none can be drawn. In 95 of 100 cases the noise of a step moves a parameter by no more than the band. It follows from the plan’s noise and the number of sites in the sum, and does not say how good the model is.</span>`,
  });
}
