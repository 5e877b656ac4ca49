// What a job has cost so far beside what its plan lets expect.
import { html } from "./lit-html.js";
import { bytes, clock, count, duration, plural } from "./format.js";
import { isOver, panel, tableBox } from "./parts.js";

/** `cost` is of the API, which knows rounds and bytes of one moment; `at` is when. What was given up, and the median, come live. */
export function cost({ cost, state }, rounds, { median, sums, at }) {
  if (!cost) return "";
  const { planned, soFar } = cost;
  const givenUp = Math.max(soFar.givenUp, rounds.filter((round) => round.outcome === "failed").length);
  return panel("h-cost", "Cost", {
    note: `so far${isOver(state) ? "" : ", as of " + clock(at) + ","} against the plan; nothing measured here is of one site alone`,
    body: tableBox("h-cost", html`<table class="table table--dense table--wrap"><thead><tr><th scope="col">What</th><th scope="col" class="num">So far</th><th scope="col" class="num">Planned</th></tr></thead><tbody>
      ${row("Rounds", count(soFar.rounds) + (givenUp ? `, and ${count(givenUp)} given up` : ""), count(planned.rounds))}
      ${row("Masked inputs in the sums, all sites", bytes(soFar.inputBytes), bytes(planned.inputBytes))}
      ${row(Number.isFinite(median) ? `Median round, of the last ${plural(sums, "sum")}` : "Median round", duration(Number.isFinite(median) ? median : soFar.medianSeconds), html`<span class="muted">not planned</span>`)}
    </tbody><tbody><tr><th class="sub-head" colspan="3" scope="rowgroup">For any one site, with headers and shares: only planned, not measured</th></tr>
      ${row("It sends, training round", "", "≈ " + bytes(planned.roundUpBytes))}
      ${row("It receives, training round", "", "≈ " + bytes(planned.roundDownBytes))}
      ${row("It sends, whole job", "", "≈ " + bytes(planned.upBytes))}
      ${row("It receives, whole job", "", "≈ " + bytes(planned.downBytes))}
    </tbody></table>`),
    foot: html`<span>Planned: everybody takes part in every round, none is repeated, keys are not counted; where fewer take part, the sums hold fewer bytes. What went over the wire is counted for all jobs together, in the coordinator’s metrics.</span>`,
  });
}

const row = (what, soFar, planned) => html`<tr><th scope="row">${what}</th><td class="num">${soFar}</td><td class="num">${planned}</td></tr>`;
