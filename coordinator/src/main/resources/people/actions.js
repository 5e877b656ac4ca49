// What a person may do to a job: the buttons of its page, by right and state.
import { html, nothing } from "./lit-html.js";
import { confirm } from "./dialog.js";
import { shortId } from "./format.js";
import { may, mayIntervene } from "./me.js";
import { explain, send } from "./net.js";
import { isOver, name } from "./parts.js";
import { goTo, repaintNow } from "./screen.js";

const BUSY = { pause: "Pausing…", resume: "Resuming…" };

/** The buttons of the job that `watch` follows; nothing is shown as done before the coordinator says so. */
export class JobActions {
  #watch;
  #busy = "";
  #failure = "";

  constructor(watch) {
    this.#watch = watch;
  }

  view(job) {
    return html`${this.#failure ? html`<span class="small tone-fail" role="alert">${this.#failure}</span>` : nothing}${isOver(job.state) ? this.#ended(job) : this.#live(job)}`;
  }

  #ended(job) {
    const model = job.state === "COMPLETED" ? html`<a class="btn btn--primary" href=${"/models/" + job.id}>See the model</a>` : nothing;
    return html`${model}${may("job.submit") ? html`<button class="btn" type="button" @click=${() => retry(job)}>Retry job…</button>` : html`<span class="small muted">A researcher may retry it.</span>`}`;
  }

  #live(job) {
    if (!mayIntervene("job.cancel", job)) return html`<span class="small muted">${name(job.owner)}, an administrator or an auditor may pause or cancel it.</span>`;
    const stopped = job.state === "PAUSED";
    // What has not begun cannot be paused.
    const intervene = job.state === "QUEUED" ? nothing : stopped || job.pausedBy ? this.#button(job, "resume", stopped ? "Resume job" : "Do not pause") : this.#button(job, "pause", "Pause job");
    return html`${intervene}
      <button class="btn btn--danger" type="button" @click=${() => cancel(this.#watch, job)}>Cancel job…</button>`;
  }

  #button(job, verb, label) {
    if (!mayIntervene("job." + verb, job)) return nothing;
    return html`<button class="btn" type="button" aria-disabled=${String(this.#busy !== "")} @click=${() => this.#act(job, verb)}>${BUSY[this.#busy] ?? label}</button>`;
  }

  async #act(job, verb) {
    if (this.#busy) return;
    this.#say(verb, "");
    try {
      await post(job, verb);
      await this.#watch.polled.refresh(false);
      this.#say("", "");
    } catch (failure) {
      this.#say("", explain(failure).what);
    }
  }

  #say(busy, failure) {
    this.#busy = busy;
    this.#failure = failure;
    repaintNow();
  }
}

const post = (job, verb) => send(`/jobs/${job.id}/${verb}`, { method: "POST", body: {} });

const NOT_BEGUN = new Set(["QUEUED", "AWAITING_APPROVAL"]);

/** Rounds go on while somebody reads this, so it names and counts none. */
const BEGUN = [
  "No further round starts. An open round stops; its inputs are discarded unopened.",
  "What the sums so far have said cannot be taken back.",
];

function cancel(watch, job) {
  confirm({
    question: html`Cancel ${name(job.name)}, job\u00a0${shortId(job.id)}?`,
    consequences: [
      ...(NOT_BEGUN.has(job.state) ? ["It does not begin. Should it have begun meanwhile, its open round stops, and the inputs are discarded unopened."] : BEGUN),
      "No model is published. The job cannot be resumed, only its plan run again.",
    ],
    keep: NOT_BEGUN.has(job.state) ? "Keep it waiting" : job.state === "PAUSED" ? "Keep it paused" : "Keep running",
    label: "Cancel job",
    busy: "Cancelling…",
    act: async () => {
      await post(job, "cancel");
      await watch.polled.refresh(false);
    },
  });
}

function retry(job) {
  confirm({
    question: html`Retry ${name(job.name)}, job\u00a0${shortId(job.id)}?`,
    consequences: [
      "A new job with the same plan and another seed is submitted under your name.",
      "Every site decides anew. Its rounds and its sums come on top of what this job has summed.",
      "This job and what it has made stay as they are.",
    ],
    keep: "Do not retry",
    label: "Retry job",
    busy: "Submitting…",
    danger: false,
    act: async () => {
      const again = await (await post(job, "retry")).json();
      goTo("/jobs/" + again.id);
    },
  });
}
