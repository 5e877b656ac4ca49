// One job as it is watched: what the API says of it, and the picture that its events make.
import { html } from "./lit-html.js";
import { doneRounds, emptyPicture, fold, foldRounds, unclear } from "./fold.js";
import { Polled, explain, get } from "./net.js";
import { empty, failed, isOver, loading } from "./parts.js";
import { JobStream } from "./stream.js";

const ASKED_ROUNDS = 64;
const SITES_MILLIS = 10_000;
const REFRESHING = new Set(["state", "epoch", "metrics", "ended"]);

export class JobWatch {
  /** Round `keep` stays detailed; `sites` is the list of sites where somebody asks for it already. */
  constructor(id, changed, { keep, sites } = {}) {
    this.id = id;
    this.picture = emptyPicture(keep);
    this.polled = new Polled("/jobs/" + id, 10_000, () => {
      this.picture.folds = this.polled.value?.cost?.planned.folds;
      this.picture.rosterSize = this.polled.value?.rosterSize ?? 0;
      changed();
    });
    this.stream = new JobStream(id, (events) => {
      fold(this.picture, events);
      if (events.some((event) => REFRESHING.has(event.kind))) this.polled.refresh();
      if (events.some((event) => event.kind === "roundDone" && unclear(this.picture.rounds.get(event.data.round)))) this.#askRounds();
      changed();
    }, changed, keep);
    this.changed = changed;
    this.sites = sites;
    this.asked = sites ? undefined : new Polled("/sites?view=brief", SITES_MILLIS, changed);
  }

  /** The job as the API shows it, with the state that its events tell, which come first. */
  get job() {
    const job = this.polled.value;
    if (!job) return undefined;
    const state = this.picture.state && !isOver(job.state) ? this.picture.state : job.state;
    // An evaluation is told as it is made: the tile and the curve say the same.
    const metrics = isOver(job.state) ? job.metrics : this.picture.evaluations.at(-1)?.values ?? job.metrics;
    return { ...job, metrics, opens: job.threshold, threshold: job.needed, state, reason: this.picture.state === state && !isOver(job.state) ? this.picture.reason : job.reason ?? "", roundsDone: Math.max(Math.min(doneRounds(this.picture), job.roundsPlanned), job.roundsDone) };
  }

  /** The picture, without a round as open that has closed by what the API says: the events of a long job take a while to come. */
  get shown() {
    const { polled: { value: job }, picture } = this;
    const told = (this.sites ?? this.asked).value;
    if (told !== this.told) {
      this.told = told;
      picture.usual = new Map((told ?? []).flatMap(({ id, delays }) => (delays?.usualUnderMillis ? [[id, delays.usualUnderMillis / 1000]] : [])));
    }
    const ended = job?.cost ? job.cost.soFar.rounds + job.cost.soFar.givenUp : 0;
    return job && (isOver(job.state) || picture.open <= ended) ? { ...picture, open: undefined } : picture;
  }

  get roster() {
    return Object.keys(this.polled.value?.siteVerdicts ?? {});
  }

  async #askRounds() {
    if (this.asking) return;
    this.asking = true;
    try {
      foldRounds(this.picture, await get("/jobs/" + this.id + "/rounds?last=" + ASKED_ROUNDS, { background: true }));
      this.changed();
    } catch { /* the number of sites stands; the next round asks again */ } finally {
      this.asking = false;
    }
  }

  /** What is shown while there is no job to show. */
  instead() {
    const failure = this.polled.failure;
    if (failure?.status === 404 || failure?.status === 400) {
      return html`<div class="panel">${empty("There is no such job", "The address is incomplete, or the job belongs to another coordinator.", html`<a class="btn" href="/jobs">See all jobs</a>`, 2)}</div>`;
    }
    return html`<div class="panel">${failure ? failed("This job", explain(failure), undefined, 2) : loading("the job", 8)}</div>`;
  }

  retry() {
    this.asked?.refresh(false);
    this.polled.refresh(false);
    this.stream.retry();
  }

  close() {
    this.asked?.close();
    this.polled.close();
    this.stream.close();
  }
}
