// A part of a page whose module comes when it is first looked at.
import { explain } from "./net.js";
import { failed, loading } from "./parts.js";

export class Later {
  #what;
  #module;
  #made;
  #changed;
  #tries = 0;
  #part;
  #failure;
  #closed = false;

  /** `what` names the part for people, `module` is its address, and `made` makes it out of the module. */
  constructor(what, module, made, changed) {
    this.#what = what;
    this.#module = module;
    this.#made = made;
    this.#changed = changed;
    this.#load();
  }

  /** A browser may keep a failure as the answer of an address, so every try has one of its own. */
  async #load() {
    this.#failure = undefined;
    const again = this.#tries++;
    try {
      const module = await import(this.#module + (again ? "?try=" + again : ""));
      if (!this.#closed) this.#part = this.#made(module);
    } catch (failure) {
      this.#failure = failure;
    }
    if (!this.#closed) this.#changed();
  }

  retry() {
    if (this.#part) this.#part.retry();
    else if (this.#failure) this.#load();
  }

  close() {
    this.#closed = true;
    this.#part?.close();
  }

  /** What the part shows; before it is there what there is to say of that, with `around` around it. */
  view(around = (body) => body) {
    if (this.#part) return this.#part.view();
    return around(this.#failure ? failed(this.#what, { ...explain(this.#failure), next: "try again when the coordinator runs." }, () => { this.retry(); this.#changed(); }) : loading(this.#what.replace(/^./u, (c) => c.toLowerCase()), 5));
  }
}
