// The round theatre: what each site does in a round, on one time axis. A lane per site up to 40 sites, above that one
// cell per site and only the exceptions as lanes.
import { html, nothing, svg } from "./lit-html.js";
import { duration, list, plural } from "./format.js";
import { includedOf, usual } from "./fold.js";
import { facts, factsHead, factsKey, icon, name, panel, sites, status } from "./parts.js";

const LANES_MAX = 40;

/** What a site is doing: the word, its reason, its bars and its facts. Times are seconds since the round opened. */
export function lane(picture, round, site, now) {
  const steps = round.steps.get(site) ?? {};
  const drop = round.drops.get(site);
  const over = Boolean(round.outcome);
  const isIn = round.outcome === "done" && includedOf(round).has(site);
  const uses = usual(picture, site);
  const late = !over && !drop && steps.uploaded === undefined && Number.isFinite(uses) && now > 2 * uses + 1;
  const dropped = Boolean(drop) && !isIn;
  const asked = round.cohort.includes(site);
  const training = steps.uploading !== undefined || steps.uploaded !== undefined ? "y" : dropped ? "x" : late ? "late" : over ? "" : "now";
  const uploaded = steps.uploaded !== undefined || isIn ? "y" : dropped && training === "y" ? "x" : steps.uploading !== undefined && !over ? "now" : "";
  const included = isIn ? "y" : dropped && uploaded === "y" ? "x" : "";
  const marks = ["y", asked ? "y" : "x", uploaded === "y" ? "y" : asked ? training : "", uploaded, included];
  return { site, steps, drop, dropped, late, uses, marks, isIn, over, ...words(steps, drop, { isIn, late, over, uses, round, now }) };
}

const AWAY = { open: "when the round opened", upload: "before its input was stored", sign: "before it signed", reveal: "before it revealed its shares" };

function words(steps, drop, { isIn, late, over, uses, round, now }) {
  if (isIn && drop) return { tone: "ok", shape: "ok", word: "Included", why: `then ${drop.reason}, ${AWAY[drop.step] ?? ""}` };
  if (isIn) return { tone: "ok", shape: "ok", word: "Included", why: steps.uploaded === undefined ? "" : "stored at " + duration(steps.uploaded) };
  if (drop) return { tone: "fail", shape: "off", word: "Dropped", why: drop.step === "open" ? `${drop.reason} ${AWAY.open}` : `${drop.reason}, ${AWAY[drop.step] ?? drop.step}` };
  if (over) return { tone: "idle", shape: "next", word: round.outcome === "failed" ? "Not opened" : "Not in the sum", why: "" };
  if (steps.revealed !== undefined) return { tone: "ok", shape: "ok", word: "Revealed", why: "its shares, at " + duration(steps.revealed) };
  if (steps.signed !== undefined) return { tone: "ok", shape: "ok", word: "Signed", why: "the included set, at " + duration(steps.signed) };
  if (steps.uploaded !== undefined) return { tone: "ok", shape: "ok", word: "Uploaded", why: "stored at " + duration(steps.uploaded) };
  if (late) return { tone: "warn", shape: "wait", word: "Late", why: `usually ${duration(uses)}${round.deadline ? "; " + duration(Math.max(0, round.deadline - now)) + " left" : ""}` };
  if (steps.uploading !== undefined) return { tone: "active", shape: "active", word: "Uploading", why: "" };
  return { tone: "active", shape: "active", word: "Training", why: Number.isFinite(uses) ? "usually " + duration(uses) : "" };
}

/** When each phase of the round began: the certificate follows the last input, the shares follow the last signature. */
export function phases(round) {
  const all = (step) => [...round.steps.values()].map((steps) => steps[step]).filter(Number.isFinite);
  const last = (times) => (times.length ? Math.max(...times) : undefined);
  const proposed = all("signed").length || all("revealed").length || round.outcome ? last(all("uploaded")) : undefined;
  const signed = all("signed");
  const certified = all("revealed").length || round.outcome ? last(signed) ?? proposed : undefined;
  return { uploaded: all("uploaded").length, signed: signed.length, revealed: all("revealed").length, proposed, certified };
}

function bars(l, { proposed, certified }, now) {
  const { steps, drop } = l;
  const result = [];
  const bar = (kind, a, b, text = "") => { if (b > a) result.push({ kind, a, b, text }); };
  const end = drop && !l.isIn ? drop.at ?? now : now;
  const trained = steps.uploading ?? steps.uploaded;
  const begun = Math.min(steps.training ?? 0, trained ?? Infinity);
  bar("open", 0, begun);
  if (trained === undefined && !l.over) bar(drop ? "train" : "train bar--live", begun, end, drop ? "" : "training");
  else if (trained !== undefined) bar("train", begun, trained, duration(trained - begun));
  if (steps.uploading !== undefined) bar(steps.uploaded === undefined && !l.over && !drop ? "upload bar--live" : "upload", steps.uploading, steps.uploaded ?? end);
  if (steps.signed !== undefined && proposed !== undefined) bar("certify", Math.max(proposed, steps.uploaded ?? 0), steps.signed);
  if (steps.revealed !== undefined && certified !== undefined) bar("reveal", Math.max(certified, steps.signed ?? 0), steps.revealed);
  if (l.dropped && drop.at !== undefined) bar("lost", drop.at, now);
  return result;
}

function laneRow(l, phase, now) {
  const at = l.dropped ? l.drop.at : undefined;
  const trained = l.steps.uploading ?? l.steps.uploaded;
  const said = [trained === undefined ? "" : "trained for " + duration(Math.max(0, trained - (l.steps.training ?? 0))), l.steps.uploaded === undefined ? "" : "input stored at " + duration(l.steps.uploaded), at === undefined ? "" : "dropped at " + duration(at)].filter(Boolean).join(", ");
  return html`<tr role="row" class=${l.dropped ? "is-dropped" : l.late ? "is-late" : ""} data-site=${l.site}>
    <th role="rowheader" scope="row" class="c-site">${name(l.site)}</th>
    <td role="cell" class="c-facts">${facts("", l.marks)}</td>
    <td role="cell" class="c-time"><span class="track" aria-hidden="true">${bars(l, phase, now).map((b) => html`<span class="bar bar--${b.kind}" .style=${`--a:${b.a};--b:${b.b}`} title=${b.text}>${b.text}</span>`)}${
      Number.isFinite(l.uses) && !l.over ? html`<span class="usual" .style=${"--at:" + l.uses}></span>` : nothing}${
      at === undefined ? nothing : html`<span class="drop" .style=${"--at:" + at}>${icon("fail")}</span>`}</span><span class="vh">${said || "no times yet"}</span></td>
    <td role="cell" class="c-now">${status(l.tone, l.shape, l.word)}${l.why ? html`<span class="why">${l.why}</span>` : nothing}</td></tr>`;
}

function axis(span, deadline, now, over) {
  const step = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800].find((s) => span / s <= 6) ?? 3600;
  const marks = [];
  for (let t = 0; t <= span * 0.9; t += step) marks.push(t);
  const free = (t) => t === 0 || ((over || Math.abs(t - now) > span * 0.1) && (!deadline || Math.abs(t - deadline) > span * 0.14));
  return html`<span class="axis-row">${marks.filter(free).map((t, i) => html`<span class=${i % 2 ? "far" : "keep"} .style=${"--at:" + t}>${t === 0 ? "0\u00a0s" : duration(t)}</span>`)}${
    over ? nothing : html`<span class="now" .style=${"--at:" + now}>${duration(now)}</span>`}${
    deadline ? html`<span class="deadline" .style=${"--at:" + deadline}>closes ${duration(deadline)}</span>` : nothing}</span>`;
}

/** How many inputs were stored: of a round of very many sites the times are not kept, only who is in the sum. */
const inputsOf = (round, timed) => Math.max(timed, round.outcome === "done" ? round.includedCount ?? 0 : 0);

/** Inputs stored over time, against the threshold, on the same axis. */
function stored(round, threshold, span, now) {
  const size = Math.max(round.cohort.length, threshold);
  const times = [...round.steps.values()].map((s) => s.uploaded).filter(Number.isFinite).sort((a, b) => a - b);
  let edge = "M0 " + size;
  times.forEach((t, i) => { edge += `H${t}V${size - i - 1}`; });
  edge += "H" + now;
  const reached = times[threshold - 1];
  const inputs = inputsOf(round, times.length);
  const met = reached === undefined && inputs >= threshold ? "reached" : reached === undefined ? "not reached" : "reached at " + duration(reached);
  return html`<tfoot role="rowgroup"><tr role="row"><th role="rowheader" scope="row" class="c-site">Inputs stored<span class="sub">over time</span></th><td role="cell" class="c-facts"></td>
    <td role="cell" class="c-time">${inputs > 0 && times.length === 0 ? html`<span class="small muted">The times of this round are not kept.</span>` : html`<div class="stored" role="img" aria-label=${`Inputs stored over time: ${inputs} of ${round.cohort.length}; the threshold of ${threshold} is ${met}`}>
      <svg viewBox=${`0 0 ${span} ${size}`} preserveAspectRatio="none" aria-hidden="true">${svg`<path class="area" d=${edge + "V" + size + "Z"} /><path class="edge" d=${edge} /><path class="need" d=${`M0 ${size - threshold}H${span}`} />`}</svg>
      <span class="tag tag--need" .style=${"--y:" + (size - threshold) / size}>needs ${threshold}</span></div>`}</td>
    <td role="cell" class="c-now">${inputs < threshold
      ? status("idle", "next", `${inputs} of ${round.cohort.length}, needs ${threshold}`)
      : html`${status("ok", "ok", "Threshold reached")}<span class="why">${inputs} of ${round.cohort.length}; below ${threshold} no sum is opened</span>`}</td></tr></tfoot>`;
}

function stepBar(round, threshold, counts) {
  const n = round.cohort.length, over = Boolean(round.outcome), failed = round.outcome === "failed";
  const inputs = inputsOf(round, counts.uploaded);
  const votes = counts.signed > 0 || !over || failed ? `${counts.signed} signed, needs ${threshold}` : inputs === n ? "every input had come" : "by a vote";
  const states = [
    ["Open", true, true, `${sites(n)} asked`],
    ["Train", counts.uploaded === n || over, true, over ? plural(inputs, "site") + " done" : `${Math.max(0, n - counts.uploaded - round.drops.size)} at work`],
    ["Upload", counts.uploaded === n || (over && !failed), true, `${inputs} of ${n} stored, needs ${threshold}`],
    ["Certify", counts.revealed > 0 || (over && !failed), counts.uploaded === n || counts.signed > 0, votes],
    ["Reveal", over && !failed, counts.revealed > 0, over && !failed && counts.revealed === 0 ? `at least ${threshold} shares` : `${counts.revealed} shares, needs ${threshold}`],
  ];
  const now = states.findIndex(([, done]) => !done);
  return html`<ol class="steps" aria-label="Steps of the round">${states.map(([word, done, begun, text], i) => {
    const state = done ? "done" : over ? "next" : begun && i <= Math.max(now, 0) + 1 ? "now" : "next";
    const shape = failed && i === now ? "fail" : { done: "ok", now: "active", next: "next" }[state];
    return html`<li class="step is-${state} ${failed && i === now ? "is-failed" : ""}"><b>${icon(shape)}${word}</b><span>${text}</span></li>`;
  })}</ol>`;
}

/** The theatre of one round. `end` is what stands beside its heading. */
export function theatre(picture, round, { threshold, note, end = nothing, roster = [], moment = Date.now() }) {
  const over = Boolean(round.outcome);
  const known = round.openedAt !== undefined;
  const now = over ? round.took ?? 0 : known ? Math.max(0, (moment - round.openedAt) / 1000) : 0;
  const deadline = !over || (round.deadline && round.took > round.deadline * 0.5) ? round.deadline : undefined;
  const horizon = over ? now : Math.max(now * 1.15, Math.min(deadline ?? Infinity, Math.max(...round.cohort.map((s) => usual(picture, s)).filter(Number.isFinite), 0) * 1.6 || Infinity));
  const near = deadline !== undefined && deadline <= Math.max(horizon, now) * 1.6 ? deadline : undefined;
  const span = Math.max(0.05, (Number.isFinite(horizon) ? Math.max(horizon, near ?? 0, now) : Math.max(now, deadline ?? 1)) * 1.12);
  // Who was awaited but had no connection is missing too, and has a lane that says so.
  const awaited = [...new Set([...round.cohort, ...round.drops.keys()])].sort((a, b) => roster.indexOf(a) - roster.indexOf(b));
  const lanes = awaited.map((site) => lane(picture, round, site, now));
  const phase = phases(round);
  const absent = roster.filter((site) => !awaited.includes(site));
  const dense = lanes.length > LANES_MAX;
  const shown = dense ? lanes.filter((l) => l.dropped || l.late) : lanes;
  const css = `--span:${span};--deadline:${near ?? span * 2};--now:${now}`;
  return panel("h-round", over ? `Round ${round.number}` : `Round ${round.number}, open`, {
    note, end,
    body: html`<div class="theatre ${over ? "lanes--closed" : ""} ${near === undefined ? "no-deadline" : ""}" .style=${css}>
      ${stepBar(round, threshold, phase)}
      ${dense ? waffle(lanes) : nothing}
      <table class="lanes ${shown.length > 12 ? "lanes--many" : ""}" role="table" aria-label="Sites in round ${round.number}">
        <colgroup><col class="c-site"><col class="c-facts"><col><col class="c-now"></colgroup>
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="c-site">${dense ? "Exceptions" : "Site"}</th><th role="columnheader" scope="col" class="c-facts">${factsHead()}</th><th role="columnheader" scope="col" class="c-time">${axis(span, near, now, over)}<span class="vh">Timeline</span></th><th role="columnheader" scope="col" class="c-now">${over ? "End" : "Now"}</th></tr></thead>
        <tbody role="rowgroup">${shown.map((l) => laneRow(l, phase, now))}</tbody>
        ${stored(round, threshold, span, now)}
      </table></div>`,
    foot: html`<div class="legend">${["open", "train", "upload", "certify", "reveal"].map((s) => html`<span class="key key--box"><i class="step-${s}"></i>${s}</span>`)}${over ? nothing : html`<span class="key"><i class="usual-key"></i>usually stored</span>`}</div>${factsKey()}${
      absent.length ? html`<span>Not in this round: ${list(absent)}.</span>` : nothing}${known ? nothing : html`<span>Times of this round were not kept.</span>`}`,
  });
}

function waffle(lanes) {
  const groups = [
    ["uploaded", "Uploaded or included", (l) => l.marks[3] === "y" && !l.dropped],
    ["training", "Training", (l) => l.marks[3] !== "y" && !l.dropped && !l.late],
    ["late", "Late", (l) => l.late],
    ["dropped", "Dropped", (l) => l.dropped],
  ];
  return html`<div class="panel__body waffle-groups">${groups.map(([kind, word, test]) => {
    const members = lanes.filter(test);
    return members.length ? html`<div><h3>${word}: ${members.length} of ${lanes.length}</h3><div class="waffle w-${kind}" role="img" aria-label="${sites(members.length)}: ${list(members.map((l) => l.site), 8)}">${members.map((l) => html`<i title=${l.site}></i>`)}</div></div>` : nothing;
  })}</div>`;
}
