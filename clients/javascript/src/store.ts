/** Where the state is, and who is told that it has changed: what React, Svelte and others call a store. */
import { NOTHING, type State } from "./state.js";

export type Listener = (state: State) => void;

export class Store {
  #state = NOTHING;
  readonly #listeners = new Set<{ listener: Listener }>();

  readonly getSnapshot = (): State => this.#state;

  /** Calls the listener now and after each change; answers what ends that. */
  readonly subscribe = (listener: Listener): (() => void) => {
    const entry = { listener };
    this.#listeners.add(entry);
    tell(listener, this.#state);
    return () => void this.#listeners.delete(entry);
  };

  set(changes: Partial<State>): void {
    const before = this.#state;
    const state = { ...before, ...changes };
    if ((Object.keys(state) as (keyof State)[]).every((field) => state[field] === before[field])) return;
    this.#state = Object.freeze(state);
    for (const { listener } of [...this.#listeners]) {
      if (this.#state !== state) return; // a listener has made another one, and all were told of that
      tell(listener, state);
    }
  }
}

/** What a listener throws is the application's, as from an event handler, and stops nobody else. */
function tell(listener: Listener, state: State): void {
  try {
    listener(state);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
