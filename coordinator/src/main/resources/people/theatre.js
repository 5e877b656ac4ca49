// The round theatre: what each site does in a round, on one time axis. A lane per site up to 40 sites, above that one
// cell per site and only the exceptions as lanes.
import { html, nothing, svg } from "./lit-html.js";
import { apart, count, duration, list, plural } from "./format.js";
import { notAsked, usual } from "./fold.js";
import { lane } from "./lane.js";
import { facts, factsHead, factsKey, icon, name, panel, sites, status } from "./parts.js";
import "./waffle.js";

const LANES_MAX = 40;

/** One rule for the times of a site, on every page. */
export const TIMES = "The times of one round are exact, to see whom it waits for. How long a site usually takes is told in classes only: over rounds, training time says something of how many rows a site has. Who reads many rounds can work the times out.";

/** What the bars are. Under a guarantee no site tells its steps, because when it takes them says something of its rows. */
const BARS = { open: "open, not begun", train: "train", upload: "upload", sign: "sign", reveal: "reveal" };
const QUIET_BARS = { until: "asked until stored: under noise no site tells when it trains", sign: "sign", reveal: "reveal" };

/** When each phase of the round began: the certificate follows the last input, the shares follow the last signature. */
export function phases(round) {
  const all = (step) => [...round.steps.values()].map((steps) => steps[step]).filter(Number.isFinite);
  const last = (times) => (times.length ? Math.max(...times) : undefined);
  const proposed = all("signed").length || all("revealed").length || round.outcome ? last(all("uploaded")) : undefined;
  const signed = all("signed");
  const certified = all("revealed").length || round.outcome ? last(signed) ?? proposed : undefined;
  return { uploaded: all("uploaded").length, signed: signed.length, revealed: all("revealed").length, proposed, certified };
}

/** Whether a site dropped in a round that has ended after it was asked, so that it was at work until then. */
const begunWork = ({ dropped, drop }) => dropped && drop.at !== undefined && drop.step !== "open";

function bars(l, { proposed, certified }, { now, span }, quiet) {
  const { steps, drop } = l;
  const result = [];
  const bar = (kind, a, b, text = "") => { if (b > a) result.push({ kind, a, b, text }); };
  const work = quiet ? "until" : "train";
  const end = drop && !l.isIn ? drop.at ?? now : now;
  const trained = steps.uploading ?? steps.uploaded;
  const begun = Math.min(steps.training ?? 0, trained ?? Infinity);
  bar("open", 0, begun);
  if (trained === undefined && (l.over ? begunWork(l) : drop?.step !== "open")) bar(drop ? (steps.training === undefined ? "unknown" : work) : work + " bar--live", begun, end, drop ? "" : quiet ? "not stored yet" : "training");
  // However short it was, it was: the bar has its least width.
  else if (trained !== undefined) result.push({ kind: work, a: begun, b: trained, text: duration(trained - begun) });
  if (steps.uploading !== undefined) bar(steps.uploaded === undefined && !l.over && !drop ? "upload bar--live" : "upload", steps.uploading, steps.uploaded ?? end);
  if (steps.signed !== undefined && proposed !== undefined) bar("sign", Math.max(proposed, steps.uploaded ?? 0), steps.signed);
  if (steps.revealed !== undefined && certified !== undefined) bar("reveal", Math.max(certified, steps.signed ?? 0), steps.revealed);
  // Shorter than its own sign it would only be crumbs around it.
  if (l.dropped && drop.at !== undefined && now - drop.at > 0.04 * span) bar("lost", drop.at, now);
  return result;
}

/** Whether it is not known how far a site was that dropped. */
const unknown = (l) => l.dropped && l.steps.training === undefined && l.steps.uploading === undefined && l.steps.uploaded === undefined;

/** Where the times of a round are not kept, a lane says so by having none. */
function untimed(l) {
  const at = l.dropped ? l.drop.at : undefined;
  return html`<span class="small muted">${at === undefined ? "" : "dropped at " + duration(at)}</span>`;
}

function laneRow(l, phase, time, { timed, quiet }) {
  const at = l.dropped ? l.drop.at : undefined;
  const trained = l.steps.uploading ?? l.steps.uploaded;
  const said = [trained === undefined || quiet ? "" : "trained for " + duration(Math.max(0, trained - (l.steps.training ?? 0))), l.steps.uploaded === undefined ? "" : "input stored at " + duration(l.steps.uploaded), at === undefined ? "" : "dropped at " + duration(at)].filter(Boolean).join(", ");
  return html`<tr role="row" class=${l.dropped || l.absent ? "is-dropped" : l.late ? "is-late" : ""} data-site=${l.site}>
    <th role="rowheader" scope="row" class="c-site">${name(l.site)}</th>
    <td role="cell" class="c-facts">${facts("", l.marks)}</td>
    <td role="cell" class="c-time">${timed ? html`<span class="track" aria-hidden="true">${bars(l, phase, time, quiet).map((b) => html`<span class="bar bar--${b.kind}" .style=${`--a:${b.a};--b:${b.b}`} title=${b.text}>${b.text ? html`<b>${b.text}</b>` : nothing}</span>`)}${
      Number.isFinite(l.uses) && !l.over && !l.dropped && !l.absent ? html`<span class="usual" .style=${"--at:" + l.uses}></span>` : nothing}${
      at === undefined ? nothing : html`<span class="drop" .style=${"--at:" + at}>${icon("fail")}</span>`}</span><span class="vh">${said || "no times yet"}</span>` : untimed(l)}</td>
    <td role="cell" class="c-now">${status(l.tone, l.shape, l.word)}${l.why ? html`<span class="why">${l.why}</span>` : nothing}</td></tr>`;
}

/** Seconds between two marks of an axis of `span` seconds; the lines behind the lanes are as far apart. */
const tick = (span) => [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800].find((s) => span / s <= 6) ?? 3600;

/** How many marks an axis has after 0; nearer to its end a number would stand out. */
const marksOf = (span) => Math.floor(span * 0.9 / tick(span));

function axis(span, deadline, now, over) {
  const step = tick(span);
  const marks = Array.from({ length: marksOf(span) + 1 }, (_, i) => i * step);
  const free = (t) => t === 0 || ((over || Math.abs(t - now) > span * 0.1) && (!deadline || Math.abs(t - deadline) > span * 0.14));
  return html`<span class="axis-row">${marks.filter(free).map((t) => html`<span class=${Math.round(t / step) % 2 ? "far" : "keep"} .style=${"--at:" + t}>${t === 0 ? "0\u00a0s" : duration(t)}</span>`)}${
    over ? nothing : html`<span class="now" .style=${"--at:" + now}>${duration(now)}</span>`}${
    deadline ? html`<span class="deadline" .style=${"--at:" + deadline}>${over ? "limit" : "closes"} ${duration(deadline)}</span>` : nothing}</span>`;
}

/** Of larger rounds the coordinator does not keep who did which step when. */
const TIMED_MAX = 64;

/** How many inputs were stored: of a round of very many sites the times are not kept, only who is in the sum. */
const inputsOf = (round, timed) => Math.max(timed, round.outcome === "done" ? round.includedCount ?? 0 : 0);

/** Inputs stored over time, against the threshold, on the same axis. */
function stored(round, threshold, span, now, timed, all) {
  const size = Math.max(all, threshold);
  const times = [...round.steps.values()].map((s) => s.uploaded).filter(Number.isFinite).sort((a, b) => a - b);
  let edge = "M0 " + size;
  times.forEach((t, i) => { edge += `H${t}V${size - i - 1}`; });
  edge += "H" + now;
  const reached = times[threshold - 1];
  const inputs = inputsOf(round, times.length);
  const met = reached === undefined && inputs >= threshold ? "reached" : reached === undefined ? "not reached" : "reached at " + duration(reached);
  return html`<tfoot role="rowgroup"><tr role="row"><th role="rowheader" scope="row" class="c-site">Inputs stored${timed ? html`<span class="sub">over time</span>` : nothing}</th><td role="cell" class="c-facts"></td>
    <td role="cell" class="c-time">${!timed ? nothing : html`<div class="stored" role="img" aria-label=${`Inputs stored over time: ${inputs} of ${all}; ${threshold} are needed, which is ${met}`}>
      <svg viewBox=${`0 0 ${span} ${size}`} preserveAspectRatio="none" aria-hidden="true">${svg`<path class="area" d=${edge + "V" + size + "Z"} /><path class="edge" d=${edge} /><path class="need" d=${`M0 ${size - threshold}H${span}`} />`}</svg>
      <span class="tag tag--need" .style=${"--y:" + (size - threshold) / size}>needs ${threshold}</span></div>`}</td>
    <td role="cell" class="c-now">${inputs < threshold
      ? status("idle", "next", `${inputs} of ${all}, needs ${threshold}`)
      : html`${status("ok", "ok", "Enough inputs")}<span class="why">${inputs} of ${all}; below ${threshold} no sum is opened</span>`}</td></tr></tfoot>`;
}

/** `opens` is how many signatures and shares open a sum of at least `threshold` inputs. */
function stepBar(round, { threshold, opens, quiet }, counts, all) {
  const n = round.cohort.length, over = Boolean(round.outcome), failed = round.outcome === "failed";
  const inputs = inputsOf(round, counts.uploaded);
  const awaited = round.cohort.filter((site) => !round.drops.has(site) && round.steps.get(site)?.uploaded === undefined).length;
  const votes = counts.signed > 0 || !over || (failed && counts.revealed === 0) ? `${counts.signed} signed, needs ${opens}` : inputs === n ? "nobody had to: all asked had come" : "by a vote";
  const states = [
    ["Open", true, true, n < all ? `${n} of ${sites(all)} asked` : `${sites(n)} asked`],
    ["Train", counts.uploaded === n || over, true, over ? plural(inputs, "site") + " done" : `${awaited} ${quiet ? "not stored yet" : "at work"}`],
    // Whoever signed or revealed saw that enough had come.
    ["Upload", counts.uploaded === n || (over && !failed) || counts.signed + counts.revealed > 0, true, `${inputs} of ${all} stored, needs ${threshold}`],
    ["Sign", counts.revealed > 0 || (over && !failed), counts.uploaded === n || counts.signed > 0, votes],
    ["Reveal", over && !failed, counts.revealed > 0, over && !failed && counts.revealed === 0 ? `at least ${opens} shares` : `${counts.revealed} shares, needs ${opens}`],
  ];
  const now = states.findIndex(([, done]) => !done);
  return html`<ol class="steps" aria-label="Steps of the round">${states.map(([word, done, begun, text], i) => {
    const state = done ? "done" : over ? "next" : begun && i <= Math.max(now, 0) + 1 ? "now" : "next";
    const shape = failed && i === now ? "fail" : { done: "ok", now: "active", next: "next" }[state];
    return html`<li class="step is-${state} ${failed && i === now ? "is-failed" : ""}"><b>${icon(shape)}${word}</b><span>${text}</span></li>`;
  })}</ol>`;
}

/** The theatre of one round. `end` is what stands beside its heading. */
export function theatre(picture, round, { threshold, opens = threshold, quiet = false, note, end = nothing, roster = [], moment = Date.now() }) {
  const over = Boolean(round.outcome);
  const known = round.openedAt !== undefined;
  const now = over ? round.took ?? 0 : known ? Math.max(0, (moment - round.openedAt) / 1000) : 0;
  const deadline = !over || (round.deadline && round.took > round.deadline * 0.5) ? round.deadline : undefined;
  const horizon = over ? now : Math.max(now * 1.15, Math.min(deadline ?? Infinity, Math.max(...round.cohort.map((s) => usual(picture, s)).filter(Number.isFinite), 0) * 1.6 || Infinity));
  const near = deadline !== undefined && deadline <= Math.max(horizon, now) * 1.6 ? deadline : undefined;
  const span = Math.max(0.004, (Number.isFinite(horizon) ? Math.max(horizon, near ?? 0, now) : Math.max(now, deadline ?? 1)) * 1.12);
  // Who was awaited but had no connection is missing too, and has a lane that says so.
  const awaited = [...new Set([...round.cohort, ...round.drops.keys()])].sort((a, b) => roster.indexOf(a) - roster.indexOf(b));
  const lanes = awaited.map((site) => lane(picture, round, site, now));
  const phase = phases(round);
  const timed = !over || round.steps.size > 0;
  const absent = notAsked(round, roster);
  const all = Math.max(roster.length, round.cohort.length);
  const dense = lanes.length > LANES_MAX;
  const shown = dense ? lanes.filter((l) => l.dropped || l.absent || l.late) : lanes;
  const css = `--span:${span};--grid:${tick(span)};--last:${marksOf(span) * tick(span)};--deadline:${near ?? span * 2};--now:${now}`;
  return panel("h-round", over ? `Round ${round.number}` : `Round ${round.number}, open`, {
    note, end,
    body: html`<div class="theatre ${over ? "lanes--closed" : ""} ${near === undefined ? "no-deadline" : ""}" .style=${css}>
      ${stepBar(round, { threshold, opens, quiet }, phase, all)}
      ${dense ? html`<cf-waffle class="panel__body waffle-groups" .groups=${groups(lanes, all, quiet)}></cf-waffle>` : nothing}
      <table class="lanes ${shown.length > 12 ? "lanes--many" : ""}" role="table" aria-label="Sites in round ${round.number}">
        <colgroup><col class="c-site"><col class="c-facts"><col><col class="c-now"></colgroup>
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="c-site">${dense ? "Exceptions" : "Site"}</th><th role="columnheader" scope="col" class="c-facts">${factsHead()}</th><th role="columnheader" scope="col" class="c-time">${timed ? html`${axis(span, near, now, over)}<span class="vh">Timeline</span>` : html`<span class="untimed">${round.cohort.length > TIMED_MAX ? `Times are kept of rounds of up to ${TIMED_MAX} sites, so not of this one.` : "The times of this round are not kept."}</span>`}</th><th role="columnheader" scope="col" class="c-now">${over ? "End" : "Now"}</th></tr></thead>
        <tbody role="rowgroup">${shown.map((l) => laneRow(l, phase, { now, span }, { timed, quiet }))}${shown.length ? nothing : html`<tr role="row"><td role="cell" colspan="4" class="none">None: nobody is late or has dropped.</td></tr>`}</tbody>
        ${stored(round, threshold, span, now, timed, all)}
      </table></div>`,
    foot: html`${timed ? html`<div class="legend">${Object.entries(quiet ? QUIET_BARS : BARS).map(([kind, word]) => html`<span class="key key--box"><i class="step-${kind}"></i>${word}</span>`)}${shown.some(unknown) ? html`<span class="key key--box"><i class="step-unknown"></i>asked; how far it was is not known</span>` : nothing}<span class="key"><i class="need-key"></i>needed</span>${over ? nothing : html`<span class="key"><i class="usual-key"></i>usually stored before</span><span class="key"><i class="now-key"></i>this moment</span>`}${shown.some((l) => l.dropped && l.drop.at !== undefined) ? html`<span class="key"><i class="lost-key">${icon("fail")}</i>dropped, and gone since</span>` : nothing}</div>` : nothing}${factsKey(true)}${
      opens < threshold ? html`<span>The plan wants at least ${threshold} inputs in a sum; the shares of ${opens} sites open it.</span>` : nothing}${
      absent.length ? html`<span>Not asked in this round: ${list(absent)}.</span>` : nothing}${round.outcome === "failed" && round.took < round.deadline ? html`<span>It ended before its limit of ${duration(round.deadline)}, because it could not bring a sum any more${[...round.drops.values()].some(({ reason }) => reason === "connection lost") ? "; a lost connection has a while to come back" : ""}.</span>` : nothing}${known ? nothing : html`<span>When this round opened is not known here.</span>`}${timed ? html`<span>${TIMES}</span>` : nothing}`,
  });
}

/** Of very many sites: what each does, one cell each. */
function groups(lanes, all, quiet) {
  const kinds = [
    ["uploaded", "Uploaded or included", (l) => l.marks[3] === "y" && !l.dropped],
    ["training", quiet ? "Asked, not stored yet" : "Training", (l) => l.marks[3] !== "y" && !l.dropped && !l.absent && !l.late && !l.over],
    ["late", "Late", (l) => l.late],
    ["missed", "Asked, not in the sum", (l) => l.over && !l.dropped && !l.absent && l.marks[3] !== "y"],
    ["dropped", "Dropped", (l) => l.dropped],
    ["missed", "Not asked", (l) => l.absent],
  ];
  return kinds.map(([kind, word, test]) => {
    const members = lanes.filter(test);
    return { kind, title: `${word}: ${count(members.length)} of ${count(all)}`, cells: members.map((l) => ({ site: l.site, text: `${apart(l.site)}: ${l.word}${l.why ? ", " + l.why : ""}` })) };
  }).filter(({ cells }) => cells.length > 0);
}
