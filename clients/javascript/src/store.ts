/** Where the state is, and who is told that it has changed: what React, Svelte and others call a store. */
import { KanalError } from "./errors.js";
import { NOTHING, type State } from "./state.js";

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

export type Listener = (state: State) => void;

export class Store {
  #state = NOTHING;
  readonly #end = new AbortController();
  readonly #listeners = new Set<{ listener: Listener }>();

  readonly getSnapshot = (): State => this.#state;

  /** Calls the listener now and after each change; answers what ends that. */
  readonly subscribe = (listener: Listener): (() => void) => {
    const entry = { listener };
    this.#listeners.add(entry);
    tell(listener, this.#state);
    return () => void this.#listeners.delete(entry);
  };

  /** The first state from now on for which a condition holds. Rejects where the signal is aborted, and at the end. */
  until(condition: (state: State) => boolean, signal?: AbortSignal): Promise<State> {
    const ends = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
    return new Promise((resolve, reject) => {
      ends.throwIfAborted();
      const leave = () => {
        this.#listeners.delete(entry);
        ends.removeEventListener("abort", end);
      };
      const end = () => {
        leave();
        reject(ends.reason);
      };
      const listener = (state: State) => {
        if (!condition(state)) return;
        leave();
        resolve(state);
      };
      const entry = { listener };
      this.#listeners.add(entry);
      ends.addEventListener("abort", end, { once: true });
      listener(this.#state);
    });
  }

  /** The state stays as it is from now on. */
  close(): void {
    this.#end.abort(new KanalError("unreachable", "the client is closed"));
  }

  set(changes: Partial<State>): void {
    const before = this.#state;
    const state: Writable<State> = { ...before, ...changes };
    if (isSame(state.reason, before.reason)) state.reason = before.reason;
    if ((Object.keys(state) as (keyof State)[]).every((field) => state[field] === before[field])) return;
    this.#state = Object.freeze(state);
    for (const { listener } of [...this.#listeners]) {
      if (this.#state !== state) return; // a listener has made another one, and all were told of that
      tell(listener, state);
    }
  }
}

/** An attempt that fails as the one before changes nothing. */
function isSame(one: KanalError | null, other: KanalError | null): boolean {
  return one?.code === other?.code && one?.message === other?.message;
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
