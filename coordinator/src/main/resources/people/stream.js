// Reads Server-Sent Events (WHATWG HTML, 9.2) with fetch: unlike EventSource it sees the beats between the events, can
// say that no person is asking, and knows why it was refused.
import { heard, send } from "./net.js";

const WAITS = [1, 2, 4, 8, 15];
const SILENCE_MAX = 10_000;
/** What comes this soon after the first events of a connection that is there again had been missed. */
const CATCH_UP_MILLIS = 1500;
/** Of a shorter break nobody has been told. */
const BLINK_MILLIS = 3000;

/** Splits text as it comes into events; a line that begins with a colon is a beat. */
export class EventParser {
  #rest = "";
  #event = { id: undefined, kind: "message", data: [] };

  /** Returns the events that `text` completes. */
  feed(text) {
    const lines = (this.#rest + text).split(/\r\n|\n/);
    this.#rest = lines.pop();
    const events = [];
    for (const line of lines) {
      if (line === "") {
        if (this.#event.data.length) events.push({ ...this.#event, data: this.#event.data.join("\n") });
        this.#event = { id: undefined, kind: "message", data: [] };
      } else if (!line.startsWith(":")) {
        const at = line.indexOf(":");
        const field = at < 0 ? line : line.slice(0, at);
        const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
        if (field === "id") this.#event.id = Number(value);
        if (field === "event") this.#event.kind = value;
        if (field === "data") this.#event.data.push(value);
      }
    }
    return events;
  }
}

/** Of so many of the last rounds everything is told, however long the job is; of those before enough for a curve. */
export const ROUNDS = 64;

/** The events of one job, in order across broken connections, until it ends or `close` is called. */
export class JobStream {
  /**
   * `onEvents(list)` gets what came; `onChange()` is called when `state` or `back` changes; round `keep` is told whole.
   * `state` is connecting, live, broken (since `broke`, because of `failure`), refused or ended.
   */
  constructor(job, onEvents, onChange, keep) {
    const history = `?rounds=${ROUNDS}${keep ? "&round=" + keep : ""}`;
    Object.assign(this, { job, history, onEvents, onChange, last: 0, state: "connecting", broke: undefined, back: undefined, failure: undefined, tries: 0 });
    this.#run();
  }

  close() {
    this.closed = true;
    this.#abort?.abort();
    this.#endWait?.();
  }

  /** Does not wait for the next try. */
  retry() {
    this.#endWait?.();
  }

  #abort;
  #endWait;

  async #run() {
    while (!this.closed && this.state !== "ended") {
      try {
        await this.#read();
      } catch (failure) {
        this.failure = failure;
        if (this.closed || failure.status === 401 || failure.status === 404) {
          this.#is("refused");
          return;
        }
      }
      if (this.closed || this.state === "ended") return;
      if (this.state !== "broken") this.broke = this.heardAt ?? Date.now();
      const seconds = WAITS[Math.min(this.tries++, WAITS.length - 1)] * (0.75 + Math.random() / 2);
      this.nextTry = Date.now() + seconds * 1000;
      this.#is("broken");
      await this.#wait(seconds * 1000);
    }
  }

  async #read() {
    this.#abort = new AbortController();
    let watch = this.#watch();
    try {
      const headers = { accept: "text/event-stream", ...(this.last ? { "last-event-id": String(this.last) } : {}) };
      const response = await send("/jobs/" + this.job + "/events" + this.history, { background: true, headers, signal: this.#abort.signal });
      if (response.status === 204) {
        this.#is("ended");
        return;
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      const missed = { events: 0, rounds: 0, thinned: false, at: Date.now() };
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        heard();
        this.heardAt = Date.now();
        if (this.state !== "live") this.#live(missed);
        clearTimeout(watch);
        watch = this.#watch();
        this.#take(parser.feed(part.value), this.broke && !(Date.now() >= missed.until) ? missed : undefined);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  /** Something has come: a connection that is cut at once is none. */
  #live(missed) {
    this.tries = 0;
    this.failure = undefined;
    if (missed.at - this.broke > BLINK_MILLIS) this.back = missed;
    this.#is("live");
  }

  #take(events, missed) {
    if (events.length === 0) return;
    // The history may take a while to come.
    if (missed) missed.until ??= Date.now() + CATCH_UP_MILLIS;
    for (const event of events) {
      // Of a long break not every event is told: their numbers have gaps then.
      if (missed && event.id > this.last + 1) missed.thinned = true;
      if (event.id !== undefined) this.last = event.id;
      event.data = JSON.parse(event.data);
      if (event.kind === "ended") this.state = "ended";
    }
    if (missed) {
      const kept = events.filter((event) => event.id !== undefined);
      missed.events += kept.length;
      missed.rounds += kept.filter((event) => event.kind === "roundDone" || event.kind === "roundFailed").length;
      this.back = { ...missed };
    }
    this.onEvents(events);
  }

  #watch() {
    return setTimeout(() => this.#abort.abort(), SILENCE_MAX);
  }

  #wait(millis) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.#endWait = () => { clearTimeout(timer); resolve(); };
    });
  }

  #is(state) {
    this.state = state;
    this.onChange();
  }
}
