// One finished model: where it comes from, how good it is, and what may leave.
import { html, nothing } from "./lit-html.js";
import { groups, ownSums, spentAfter } from "./budget.js";
import { count, delta, metric, metricName, metricValue, plural, shortHash, shortId, spent } from "./format.js";
import { folds } from "./folds.js";
import { may } from "./me.js";
import { Polled, explain } from "./net.js";
import { columns, empty, failed, head, icon, loading, meter, name, panel, sites, stat, status, tableBox, time } from "./parts.js";
import { files, ladder } from "./release.js";

const POLL_MILLIS = 5_000;
const CARD = "card.md";
/** More sites than these are not named one by one where they were in every sum. */
const MANY_SITES = 40;

export class ModelPage {
  nav = "/models";

  constructor({ job }, changed) {
    this.id = job;
    this.model = new Polled("/models/" + job, POLL_MILLIS, changed);
    this.job = new Polled("/jobs/" + job, POLL_MILLIS, changed);
    // A plan is frozen, so it is asked for once.
    this.plan = new Polled(`/jobs/${job}/plan`, 0, changed);
  }

  title() {
    return this.model.value?.model.name ?? "Model";
  }

  retry() {
    for (const polled of [this.model, this.job, this.plan]) polled.refresh(false);
  }

  close() {
    for (const polled of [this.model, this.job, this.plan]) polled.close();
  }

  view() {
    const details = this.model.value, job = this.job.value;
    if (!details || !job) return html`${head({ crumbs: [["Models", "/models"]], title: "Model" })}<div class="panel">${this.#instead()}</div>`;
    const own = details.versions.find((version) => version.job === this.id);
    return html`${this.#head(details, job, own)}
      ${figures(details, job)}
      ${folds(details.evaluations, job)}
      ${fairness(job)}
      <div class="cols"><div class="c7 stack">${lineage(details, job, this.plan.value, own)}${ladder(details.release, job)}${cohort(details.sums, job)}</div>
        <div class="c5 stack">${files(details.model, Object.keys(job.metrics).length > 0)}${card(job, this.plan)}${versions(details.versions, this.id)}</div></div>`;
  }

  #instead() {
    const failure = [this.model.failure, this.job.failure].find(Boolean);
    if (failure?.status === 404 || failure?.status === 400) return empty("There is no such model", "The address is incomplete, or this job has made no model.", html`<a class="btn" href="/models">See all models</a>`, 2);
    return failure ? failed("This model", explain(failure), undefined, 2) : loading("the model", 8);
  }

  #head({ model, versions: all }, job, own) {
    const newest = all[0]?.job === this.id;
    return head({
      crumbs: [["Models", "/models"], [html`Study ${name(job.study)}`]],
      title: html`${name(model.name)}${own ? `, version ${own.number}` : nothing}`,
      chip: newest ? status("ok", "ok", "Newest version", true) : status("idle", "off", own ? `Superseded by version ${all[0].number}` : "An older version", true),
      text: html`Made at ${time(Date.parse(model.created))}, model hash <span class="hash" tabindex="0" title=${model.modelHash}>${shortHash(model.modelHash)}</span>.`,
      actions: !model.files.includes(CARD) ? html`<span class="small muted">The plan lets no card be made.</span>` : may("artifact.read") ? html`<a class="btn" href="/api/v1/jobs/${this.id}/artifacts/${CARD}" download=${CARD}>${icon("down")}Model card</a>` : html`<span class="small muted">Researchers and auditors may download the card.</span>`,
    });
  }
}

/** The numbers of a model that people ask for first; of a job with a guarantee what its rounds have spent. */
function figures({ sums }, job) {
  const { auc, aucErrorBound, logLoss, ece } = job.metrics;
  const evaluated = Object.keys(job.metrics).length > 0;
  const none = job.privacy ? "not in the sums of this plan, which has noise" : "the plan has no folds to evaluate on";
  const always = sums.sites.filter((each) => each.rounds === ownSums(sums, job)).length;
  return html`<dl class="stats">
    ${stat("AUC", metric(auc), Number.isFinite(aucErrorBound) ? "±\u00a0" + metric(aucErrorBound) : "", evaluated ? "out of fold; ± is how far the histogram of scores may be off" : none)}
    ${evaluated ? html`${stat("Log loss", metric(logLoss), "", "lower is better")}${stat("Calibration error", metric(ece), "", "mean gap between score and share of events")}` : nothing}
    ${privacyStat(job)}
    ${stat("Sums", count(sums.rounds), "", sums.sites.length ? `${always} of the ${sites(job.rosterSize)} ${always === 1 ? "is" : "are"} in all of ${groups(job) > 1 ? "their group’s" : "them"}` : "")}
  </dl>`;
}

function privacyStat({ privacy, cost }) {
  if (!privacy) return stat("Privacy", cost ? "none promised" : "–", "", cost ? "no noise in this plan: sums and model are exact" : "the plan was kept by another version");
  const used = cost.soFar.rounds + cost.soFar.givenUp;
  return stat("Privacy", "ε\u00a0" + spent(spentAfter(privacy, used)), "of " + spent(privacy.epsilon), `δ\u00a0=\u00a0${delta(privacy.delta)}, per ${privacy.unit}, after ${plural(used, "round")} that were opened`);
}

const fact = (term, value) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`;

const jobLink = (id, words) => html`<a href="/jobs/${id}">${words ?? "job " + shortId(id)}</a>`;

/** What led to this model: its job, its plan, and the models before it. */
function lineage({ versions: all, sums }, job, plan, own) {
  const before = own && all.find((version) => version.number === own.number - 1);
  const changes = plan?.previous?.changes;
  const always = sums.sites.filter((each) => each.rounds === ownSums(sums, job)).length;
  return panel("h-lineage", "Where it comes from", {
    body: html`<div class="panel__body"><dl class="kv kv--wide">
      ${fact("Job", html`${jobLink(job.id)}, submitted by ${name(job.owner)}`)}
      ${fact("Submitted, ended", html`${time(Date.parse(job.submitted))}${job.ended ? html`<br>${time(Date.parse(job.ended))}` : nothing}`)}
      ${fact("Plan hash (SHA-256)", html`<span class="hash" tabindex="0" title=${job.planHash}>${shortHash(job.planHash)}</span>`)}
      ${fact("Retry of", job.retryOf ? jobLink(job.retryOf) : "none: a plan of its own")}
      ${fact("Version before", before ? html`<a href="/models/${before.job}">version ${before.number}</a>, ${time(Date.parse(before.created))}` : "none of this name and study")}
      ${fact("New in the plan", !plan ? "–" : !plan.previous ? "the first job of this name" : !changes ? "cannot be compared" : html`${changes.length ? plural(changes.length, "field") : "nothing"} against ${jobLink(plan.previous.job)}`)}
      ${fact("Began from", "the first model that its plan fixes, of no earlier version’s weights")}
      ${fact("Data of", `${count(sums.sites.length)} of ${sites(job.rosterSize)}, ${always === sums.sites.length ? "each" : `${count(always)} of them`} in every sum${groups(job) > 1 ? " of its group" : ""}; a sum needed at least ${job.needed}`)}
    </dl></div>`,
  });
}

/** Where no group is counted, nothing is guessed. */
const fairness = (job) => panel("h-fair", "Fairness by group", {
  note: "not recorded",
  body: html`<div class="panel__body"><h3>No group of patients was compared</h3><p class="soft prose">${job.privacy ? "Under this plan’s noise nothing but the training’s own sums may leave, so groups could not be counted." : "The evaluation of this plan counts all rows together, and nothing is guessed from it."} Differences between groups would stand here with their intervals and limits, had the plan named the groups before training and counted them in a secure round of their own. Plans cannot do that yet.</p></div>`,
});

/** In how many of the job's sums each site is; of many sites only who was missing in some. */
function cohort(sums, job) {
  const { rounds: all, sites: included } = sums;
  const rounds = ownSums(sums, job);
  const counts = new Map(included.map((each) => [each.site, each.rounds]));
  const roster = [...new Set([...Object.keys(job.siteVerdicts), ...counts.keys()])];
  const missing = roster.filter((site) => (counts.get(site) ?? 0) < rounds);
  const shown = roster.length <= MANY_SITES ? roster : missing.slice(0, MANY_SITES);
  return panel("h-cohort", "Whose data", {
    note: `${plural(all, "sum")}${Object.keys(job.metrics).length ? ", evaluations included" : ""}${groups(job) > 1 ? `; each site can be in the ${count(rounds)} of its group` : ""}`,
    body: shown.length === 0 ? html`<p class="panel__body muted">Every site is in every sum${groups(job) > 1 ? " of its group" : ""}.</p>` : tableBox("h-cohort", html`<table class="table table--dense"><thead><tr><th scope="col">Site</th><th scope="col">In the sums</th></tr></thead><tbody>${shown.map((site) => html`
      <tr><th scope="row">${name(site)}</th><td>${meter(rounds ? 100 * (counts.get(site) ?? 0) / rounds : 0, `${count(counts.get(site) ?? 0)} of ${count(rounds)}`)}</td></tr>`)}</tbody></table>`),
    foot: html`<span>${shown.length < roster.length ? `${plural(roster.length - missing.length, "site")} ${roster.length - missing.length === 1 ? "is" : "are"} in every sum${groups(job) > 1 ? " of its group" : ""}.${missing.length > shown.length ? ` Of ${count(missing.length)} others the first ${MANY_SITES} are shown.` : ""} ` : ""}How much a site’s rows weigh in a sum is not known here.</span>`,
  });
}

function versions(all, id) {
  const keys = ["auc", "logLoss", "ece"].filter((key) => all.some((version) => Number.isFinite(version.metrics[key])));
  return panel("h-versions", "Versions", {
    note: "of this name and study",
    body: tableBox("h-versions", html`<table class="table table--dense table--cards" role="table">${columns("Version", ...keys.map((key) => [metricName(key)]), "Model hash")}<tbody role="rowgroup">${all.map((version) => html`
      <tr role="row" aria-current=${version.job === id ? "true" : nothing}><th role="rowheader" scope="row" class="version">${version.job === id ? html`${version.number}<span class="sub">this one</span>` : html`<a href="/models/${version.job}">${version.number}</a>${version.retryOf ? html`<span class="sub">a retry</span>` : nothing}`}</th>${keys.map((key) => html`<td role="cell" class="num" data-label=${metricName(key)}>${metric(version.metrics[key])}</td>`)}<td role="cell" data-label="Model hash"><span class="hash" title=${version.modelHash}>${shortHash(version.modelHash)}</span></td></tr>`)}</tbody></table>`),
    foot: html`<span>Versions of one name need not have the same plan, nor the same sites in their sums.</span>`,
  });
}

const CARD_FIELDS = [["study.purpose", "Purpose"], ["study.meaning", "Predicts"], ["model.kind", "Kind of model"], ["study.accountable", "Accountable"]];

/** What the card says, of facts that are recorded; its file says more. */
function card(job, plan) {
  const fields = new Map((plan.value?.sections ?? []).flatMap((section) => section.fields).map((field) => [field.field, field]));
  const inputs = [...fields.values()].filter((field) => /^study\.feature\./.test(field.field)).map((field) => field.value.split(",")[0]);
  return panel("h-card", "Model card", {
    note: "an excerpt, of recorded facts",
    body: html`<div class="panel__body">${!plan.value ? html`<p class="muted">${plan.failure ? explain(plan.failure).what : "The plan is being read."}</p>` : html`<dl class="kv">
      ${CARD_FIELDS.filter(([key]) => fields.has(key)).map(([key, term]) => html`<dt>${term}</dt><dd>${name(fields.get(key).value)}</dd>`)}
      ${inputs.length ? html`<dt>Inputs</dt><dd>${inputs.map((input, i) => html`${i ? ", " : ""}${name(input)}`)}</dd>` : nothing}
      <dt>Evaluated on</dt><dd>${Number.isFinite(job.metrics.rows) ? html`${metricValue("rows", job.metrics.rows)} rows${Number.isFinite(job.metrics.positives) ? `, ${metricValue("positives", job.metrics.positives)} with the event` : ""}` : "not evaluated"}</dd>
      <dt>Privacy</dt><dd>${job.privacy ? `ε\u00a0≤\u00a0${spent(job.privacy.epsilon)} at δ\u00a0=\u00a0${delta(job.privacy.delta)} per ${job.privacy.unit}` : job.cost ? "none promised; the sums are exact" : "–"}</dd>
      <dt>Not for</dt><dd class="muted">not recorded</dd>
      <dt>Known limits</dt><dd class="muted">not recorded</dd></dl>`}</div>`,
    foot: html`<span>The file has all of it, with how to use the weights.</span>`,
  });
}
