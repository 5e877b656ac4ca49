// Who was included, a cell a round: the last 64 rounds.
import { html, nothing } from "./lit-html.js";
import { apart, duration, plural } from "./format.js";
import { closedRounds, endedRounds, includedOf, usual } from "./fold.js";
import { name, panel, tableBox } from "./parts.js";

const ROUNDS_MAX = 64;
const ROWS_MAX = 40;

const cell = (round, site) => {
  if (!round.outcome) return round.cohort.includes(site) ? "live" : "o";
  if (includedOf(round).has(site)) return "";
  if (!round.cohort.includes(site)) return "o";
  // Of a round without a sum nobody is included, whoever was there.
  return round.outcome === "failed" && !round.drops.has(site) ? "n" : "d";
};

function row(picture, site, rounds) {
  const closed = rounds.filter((round) => round.outcome);
  const counted = closed.filter((round) => includedOf(round).has(site)).length;
  const asked = closed.filter((round) => round.cohort.includes(site)).length;
  const missed = closed.filter((round) => cell(round, site) === "d");
  const times = usual(picture, site);
  const unopened = closed.filter((round) => cell(round, site) === "n");
  const said = missed.length ? "dropped in round " + missed.slice(-8).map((r) => r.number + (r.drops.get(site) ? " (" + apart(r.drops.get(site).reason) + ")" : "")).join(", ") : unopened.length ? "no sum was opened in round " + unopened.slice(-8).map((r) => r.number).join(", ") : asked ? "included whenever it was asked" : "not asked";
  return html`<tr><th scope="row">${name(site)}</th><td class="wide"><span class="strip" aria-hidden="true">${rounds.map((round) => html`<i class=${cell(round, site)} title=${"round " + round.number}></i>`)}</span><span class="vh">${said}</span></td><td class="num">${counted} of ${closed.length}</td><td class="num opt">${Number.isFinite(times) ? "under " + duration(times) : "–"}</td></tr>`;
}

/** The panel; `roster` gives the order of the sites. */
export function inclusion(picture, roster, threshold) {
  const all = closedRounds(picture);
  const ended = endedRounds(picture);
  const open = picture.open === undefined ? [] : [picture.rounds.get(picture.open)];
  const rounds = [...all.slice(open.length - ROUNDS_MAX), ...open];
  if (rounds.length === 0) return nothing;
  const size = Math.max(roster.length, threshold, 1);
  const counts = rounds.map((round) => (round.outcome ? includedOf(round).size : [...round.steps.values()].filter((s) => s.uploaded !== undefined).length));
  const closed = counts.filter((_, i) => rounds[i].outcome);
  const range = closed.length === 0 ? "–" : Math.min(...closed) === Math.max(...closed) ? String(closed[0]) : Math.min(...closed) + " to " + Math.max(...closed);
  // Of many sites only those that were missing have a row.
  const shown = roster.length <= ROWS_MAX ? roster : roster.filter((site) => rounds.some((round) => round.outcome && (round.drops.has(site) || (round.outcome === "done" && !includedOf(round).has(site)))));
  const listed = shown.slice(0, ROWS_MAX);
  const last = rounds.length - open.length;
  const told = last === 0 ? "the open round" : (ended > last ? `the last ${last} of ${plural(ended, "round")}` : plural(last, "closed round")) + (open.length ? " and the open one" : "");
  return panel("h-history", "Who was included", {
    note: rounds.length > 1 ? told + ", oldest first" : told,
    body: tableBox("h-history", html`<table class="history" .style=${"--n:" + rounds.length}>
      <thead><tr><th scope="col">Site</th><th scope="col" class="wide"><span class="vh">Rounds</span></th><th scope="col" class="num">Included</th><th scope="col" class="num opt">Usually stored</th></tr></thead>
      <tbody>${listed.map((site) => row(picture, site, rounds))}
      <tr><th scope="row">In the sum<span class="sub">needs ${threshold}</span></th><td class="wide"><span class="strip strip--bars" .style=${`--of:${size};--need:${threshold}`} aria-hidden="true">${counts.map((k, i) => html`<i class=${rounds[i].outcome ? "" : "live"} .style=${"--k:" + k}></i>`)}<i class="need"></i></span><span class="vh">${range} sites in every closed round; ${threshold} are needed</span></td><td class="num">${range}</td><td class="num opt"></td></tr></tbody></table>`),
    foot: html`${listed.length < roster.length ? html`<span>${shown.length > listed.length ? `The first ${listed.length} of ${plural(shown.length, "site")} that were missing in one of these rounds.` : `${plural(roster.length - shown.length, "site")} ${roster.length - shown.length === 1 ? "was" : "were"} in the sum of every closed round shown.`}</span>` : nothing}<div class="legend"><span class="key key--box"><i class="step-upload"></i>included</span><span class="key"><span class="strip strip--key"><i class="d"></i></span>dropped</span><span class="key"><span class="strip strip--key"><i class="o"></i></span>not asked</span>${open.length ? html`<span class="key"><span class="strip strip--key"><i class="live"></i></span>open now</span>` : nothing}${rounds.some((round) => round.outcome === "failed") ? html`<span class="key"><span class="strip strip--key"><i class="n"></i></span>no sum was opened</span>` : nothing}<span class="key"><i class="need-key"></i>needed</span></div><span class="wide-only">“Usually stored” is of a site’s last rounds, in all jobs. Over rounds, times are told in classes only: training time says something of how many rows a site has.</span>`,
  });
}
