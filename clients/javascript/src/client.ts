/** What an application holds: the state of a workspace's channels, and the commands that change them. */
import { Commands, type Options } from "./commands.js";
import { Connection, type SocketSettings } from "./connection.js";
import { Requests } from "./requests.js";
import { type Listener, Store } from "./store.js";
import type { State } from "./state.js";
import { Tokens } from "./tokens.js";

/** What `connect` is given. */
export interface Settings {
  /** Where the service is, with its base path where it has one; in a browser it may be relative. */
  readonly url: string | URL;
  /** The id of the workspace whose channels are shown and changed; the token has to name it. */
  readonly workspace: string;
  /**
   * Answers an access token: asked with each connection, shortly before a token runs out, and once more when one
   * is refused. It may throw, and is asked again then; the state says so (`token_unavailable`).
   */
  readonly token: () => string | Promise<string>;
  /** Milliseconds in which a command without an answer is repeated; 30,000 unless it is given. */
  readonly patience?: number;
  /** Settings of socket.io-client: `transports`, or how often it reconnects. */
  readonly socket?: SocketSettings;
}

/** The channels of one workspace: what is shown of them, and the commands. `connect` makes it. */
export class Channels extends Commands {
  readonly #connection: Connection;
  readonly #store: Store;

  /**
   * Calls the listener with the state, now and whenever it changes; answers what ends that. With
   * `getSnapshot` it is what React's `useSyncExternalStore` takes.
   */
  readonly subscribe: (listener: Listener) => () => void;

  /** The state: the same object until something in it changes. */
  readonly getSnapshot: () => State;

  constructor({ url, workspace, token, patience = 30_000, socket = {} }: Settings) {
    const base = new URL(url, globalThis.location?.href);
    if (!/^https?:$/.test(base.protocol)) throw new TypeError(`the url begins with http:// or https://, not ${base.protocol}`);
    base.pathname = base.pathname.replace(/\/*$/, "/");
    const requests = new Requests(base, new Tokens(token), patience);
    const store = new Store();
    super(requests, workspace, () => store.getSnapshot().userId);
    this.#store = store;
    this.subscribe = store.subscribe;
    this.getSnapshot = store.getSnapshot;
    this.#connection = new Connection(requests, workspace, store, socket);
  }

  /**
   * Resolves with the state once it is live and reflects the log up to `position`, that of a command's answer
   * for instance: the list has it then. It waits for as long as that takes, also while the connection is away;
   * `signal` ends it, with the signal's reason, and `close()` with a KanalError (`unreachable`).
   */
  reached(position: number, { signal }: Options = {}): Promise<State> {
    return this.#store.until((state) => state.status === "live" && state.position >= position, signal);
  }

  /** Asks for a token and tries again, after the status `refused`: once the user has signed in anew. */
  reconnect(): void {
    this.#connection.reconnect();
  }

  /** Ends the connection for good; the state stays as it is. Commands go on to be possible. */
  close(): void {
    this.#connection.close();
    this.#store.close();
  }
}

/**
 * The channels of a workspace, which are kept level with the service from now on.
 *
 * @throws TypeError where the `url` is none of http or https.
 */
export function connect(settings: Settings): Channels {
  return new Channels(settings);
}
