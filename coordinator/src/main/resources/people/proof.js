// What was signed in one round, and how a site checks it without asking anybody. Comes when a round is first looked at.
import { html, nothing } from "./lit-html.js";
import { count, fromTo, plural, shortHash } from "./format.js";
import { Polled, explain } from "./net.js";
import { command, failed, icon, loading, name, panel, status } from "./parts.js";

export class Proof {
  #job;
  #round;
  #polled;

  /** Of a round that has ended: what was signed in it does not change any more. */
  constructor(job, round, changed) {
    this.#job = job;
    this.#round = round;
    this.#polled = new Polled(`/jobs/${job}/rounds/${round}`, 0, changed);
  }

  close() {
    this.#polled.close();
  }

  retry() {
    if (!this.#polled.value) this.#polled.refresh(false);
  }

  view() {
    const round = this.#polled.value, failure = this.#polled.failure;
    if (!round) {
      if (failure?.status === 404) return nothing;
      return panel("h-proof", "What was signed", { body: failure ? failed("What was signed", explain(failure)) : loading("what was signed", 5) });
    }
    const file = `/api/v1/jobs/${this.#job}/rounds/${this.#round}/evidence`;
    return panel("h-proof", "What was signed", {
      end: kind(round),
      body: html`<div class="panel__body stack"><p>${words(round)}</p>${signers(round.proof)}${facts(round.proof)}
        ${round.outcome === "DONE" ? html`<p>A site that helped to open a sum keeps a receipt of it; its operator can check there, offline, who was asked, ${round.proof.certificate === "FAST" ? "that every one of them signed its input" : "that enough of them signed the same list"}, and that the site’s own input was counted once:</p>
        ${command(`confide audit verify round --job ${this.#job} --round ${this.#round}`)}` : nothing}</div>`,
      foot: html`<a class="btn btn--sm" href=${file} download=${`evidence-${this.#job}-round-${this.#round}.json`}>${icon("down")}Evidence (JSON)</a><span>The exact bytes and signatures, to check with the roster. Who downloads it is written to the event log.</span>${kept(round.proof)}`,
    });
  }
}

const KINDS = {
  VOTED: ["ok", "ok", "Voted"],
  FAST: ["ok", "ok", "Everybody is in"],
  NONE: ["idle", "off", "No certificate"],
  UNKNOWN: ["idle", "off", "Not known"],
};

// What was decided in a round that failed later is no success.
function kind({ proof, outcome }) {
  const [tone, mark, word] = KINDS[proof.certificate] ?? KINDS.UNKNOWN;
  return status(...(outcome === "DONE" ? [tone, mark] : ["idle", "off"]), word, true);
}

function words(round) {
  const { proof, cohort, included, outcome } = round, done = outcome === "DONE";
  const inputs = plural(included.length || proof.uploads.length, "input");
  switch (proof.certificate) {
    case "VOTED": {
      const signed = proof.signatures.length ? `${proof.signatures.length} of ${plural(cohort.length, "site")} signed the same list of ${inputs}; ${proof.quorum} had to.` : `At least ${proof.quorum} of ${plural(cohort.length, "site")} signed the same list of inputs.`;
      return done ? signed : `${signed} ${AFTER}`;
    }
    case "FAST": return done
      ? `All ${plural(cohort.length, "site")} that were asked are in the sum. There was one possible list, so nobody had to vote; each input is signed by its site.`
      : `The inputs of all ${plural(cohort.length, "site")} that were asked had come, so there was one possible list and nobody had to vote. ${AFTER}`;
    case "NONE": return "The round ended without a certificate, so no site was asked to reveal anything for it and no sum was opened.";
    default: return done
      ? "A sum was opened in this round. What the coordinator keeps of it does not tell how the sites agreed on the list of inputs."
      : "The round gave no result. What the coordinator keeps of it does not tell whether the sites had agreed on a list of inputs before it failed.";
  }
}

// Whether anybody saw the certificate, or revealed anything, is not kept.
const AFTER = "Then the round failed: some sites may have revealed shares for this one list, and no result of it is used.";

/** More are counted: the evidence names them all. */
const CHIPS_MAX = 40;

function signers(proof) {
  const sites = proof.certificate === "FAST" ? proof.uploads : proof.signatures.map((each) => each.site);
  if (sites.length === 0) return nothing;
  return html`<div><h3 class="small muted" id="h-signed">${proof.certificate === "FAST" ? "Signed their inputs" : "Signed the list"}</h3><ul class="chips" aria-labelledby="h-signed">${sites.slice(0, CHIPS_MAX).map((site) => html`<li>${status("ok", "ok", name(site), true)}</li>`)}${sites.length > CHIPS_MAX ? html`<li class="small muted">and ${count(sites.length - CHIPS_MAX)} more, who are in the evidence</li>` : ""}</ul></div>`;
}

const hash = (term, value) => value ? html`<div><dt>${term}</dt><dd><span class="hash" title=${value} tabindex="0">${shortHash(value)}</span></dd></div>` : nothing;

const facts = (proof) => html`<dl class="kv kv--wide">
  ${hash("Context: round, sites, plan and model, to which every input is bound", proof.context)}
  ${hash("List of inputs", proof.statement)}
  ${hash("Model before", proof.modelBefore)}
  ${proof.modelAfter ? hash("Model after", proof.modelAfter) : html`<div><dt>Model after</dt><dd>unchanged</dd></div>`}
  ${hash("Roster: the sites and their keys, as all approved them", proof.roster)}
  <div><dt>Opened, ended</dt><dd>${fromTo(Date.parse(proof.opened), Date.parse(proof.ended))}</dd></div>
  <div><dt>Needed</dt><dd>${proof.certificate === "FAST" ? "without a vote the input of every site that was asked" : plural(proof.quorum, "signature")}; then the shares of ${proof.threshold} sites, which open the sum</dd></div>
</dl>`;

function kept(proof) {
  const gone = proof.parts.filter((part) => !part.kept);
  return gone.length ? html`<details class="small"><summary>What the coordinator does not keep</summary><ul>${gone.map((part) => html`<li>${part.why}</li>`)}</ul></details>` : nothing;
}
