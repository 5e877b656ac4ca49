// What a job costs: what its plan lets expect beside what it was so far.
import { html } from "./lit-html.js";
import { bytes, count, duration } from "./format.js";
import { panel, tableBox } from "./parts.js";

/** `cost` is of the API; the rounds and seconds beside it come live. */
export function cost({ cost }, rounds, median) {
  if (!cost) return "";
  const { planned, soFar } = cost;
  const givenUp = Math.max(soFar.givenUp, rounds.filter((round) => round.outcome === "failed").length);
  const done = Math.max(soFar.rounds, rounds.length - givenUp);
  return panel("h-cost", "Cost", {
    note: "planned against so far; nothing here is of one site alone",
    body: tableBox("h-cost", html`<table class="table table--dense table--wrap"><thead><tr><th scope="col">What</th><th scope="col" class="num">Planned</th><th scope="col" class="num">So far</th></tr></thead><tbody>
      ${row("Rounds", count(planned.rounds), count(done) + (givenUp ? `, and ${count(givenUp)} given up` : ""))}
      ${row("Median round", "–", duration(Number.isFinite(median) ? median : soFar.medianSeconds))}
      ${row("A site sends, training round", "≈ " + bytes(planned.roundUpBytes), "–")}
      ${row("A site receives, training round", "≈ " + bytes(planned.roundDownBytes), "–")}
      ${row("A site sends, whole job", "≈ " + bytes(planned.upBytes), "–")}
      ${row("A site receives, whole job", "≈ " + bytes(planned.downBytes), "–")}
      ${row("Masked inputs in the sums, all sites", "–", bytes(soFar.inputBytes))}
    </tbody></table>`),
    foot: html`<span>Planned is an estimate from the plan: everybody takes part, no round is repeated, keys are not counted. What went over the wire is counted for all jobs together, in the coordinator’s metrics.</span>`,
  });
}

const row = (what, planned, soFar) => html`<tr><th scope="row">${what}</th><td class="num">${planned}</td><td class="num">${soFar}</td></tr>`;
