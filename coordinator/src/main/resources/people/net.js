// Requests to the coordinator's own API, and what is known of the connection to it.
import { sentence } from "./format.js";

/** An answer that is not a success: the problem document (RFC 9457) in words. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? "The coordinator answered " + status + ".");
    this.status = status;
    this.code = problem.code ?? "";
  }
}

/** When the coordinator was last heard of, by any request or stream; 0 before the first answer. */
export const contact = { at: 0, failing: false };

export function heard() {
  contact.at = Date.now();
  contact.failing = false;
}

const RETRY_MILLIS = 5000;

let whenSignedOut = () => {};

/** Sets what happens when an answer says that nobody is signed in. */
export function onSignedOut(action) {
  whenSignedOut = action;
}

/** Sends a request; `background` says that no person asked for it, so it does not keep the session. */
export async function send(path, { method = "GET", body, background = false, signal, headers = {} } = {}) {
  let response;
  try {
    response = await fetch("/api/v1" + path, {
      method,
      signal,
      headers: {
        "x-confide-request": background ? "background" : "person",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (failure.name !== "AbortError") contact.failing = true;
    throw failure;
  }
  // Who answers that it cannot answer, or stands in for one who does not, is not heard of.
  if (response.status >= 500) contact.failing = true;
  else heard();
  if (response.ok || response.status === 304) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "/session") whenSignedOut();
  throw new Refusal(response.status, problem);
}

export async function get(path, options) {
  return (await send(path, options)).json();
}

/** What to tell a person about `failure`: what happened, and what to do. */
export function explain(failure) {
  if (failure instanceof Refusal) {
    const server = failure.status >= 500;
    return {
      what: sentence(failure.message),
      next: server ? "wait a moment; this page tries again by itself. If it lasts, look into the coordinator’s log." : "check what is asked for, and try again.",
      reference: failure.code ? failure.code + ", " + failure.status : String(failure.status),
    };
  }
  return {
    what: "The coordinator cannot be reached from this browser. Whether rounds go on is not known here.",
    next: "wait; this page tries again by itself. If it lasts, check that the coordinator runs.",
    reference: "no answer",
  };
}

/** Something of the API that is asked for again and again while somebody looks at it. */
export class Polled {
  constructor(path, millis, changed) {
    Object.assign(this, { path, millis, changed, value: undefined, failure: undefined, at: 0, closed: false });
    this.wake = () => { if (!document.hidden) this.refresh(); };
    document.addEventListener("visibilitychange", this.wake);
    this.refresh(false);
  }

  /** Asks now. Without an answer the last value stays. */
  async refresh(background = true) {
    clearTimeout(this.timer);
    if (this.closed) return;
    const turn = this.turn = (this.turn ?? 0) + 1;
    try {
      // What is still the same does not come again (304).
      const response = await send(this.path, { background, headers: this.tag ? { "if-none-match": this.tag } : {} });
      const value = response.status === 304 ? this.value : await response.json();
      const tag = response.headers.get("etag");
      if (turn === this.turn) Object.assign(this, { value, tag, failure: undefined, at: Date.now() });
    } catch (failure) {
      if (turn === this.turn) this.failure = failure;
    }
    if (turn !== this.turn || this.closed) return;
    this.changed();
    // What is asked for once is asked for again where no answer came.
    const millis = this.millis || (this.failure && !(this.failure.status < 500) ? RETRY_MILLIS : 0);
    if (millis > 0) this.timer = setTimeout(() => { if (!document.hidden) this.refresh(); }, millis);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
  }
}
