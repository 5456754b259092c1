/** What an application holds: the state of a workspace's channels, and the commands that change them. */
import { Commands } from "./commands.js";
import { Connection, type SocketSettings } from "./connection.js";
import { Requests } from "./requests.js";
import { type Listener, Store } from "./store.js";
import type { State } from "./state.js";
import { Tokens } from "./tokens.js";

export interface Settings {
  /** Where the service is, with its base path where it has one; in a browser it may be relative. */
  readonly url: string | URL;
  readonly workspace: string;
  /** Asked for with each connection, and once more when a token is refused. It may throw: it is asked again. */
  readonly token: () => string | Promise<string>;
  /** Milliseconds in which a command without an answer is repeated; 30,000 unless it is given. */
  readonly patience?: number;
  /** Settings of socket.io-client, `transports` for instance. */
  readonly socket?: SocketSettings;
}

export class Channels extends Commands {
  readonly #connection: Connection;

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
    this.subscribe = store.subscribe;
    this.getSnapshot = store.getSnapshot;
    this.#connection = new Connection(requests, workspace, store, socket);
  }

  /** Asks for a token and tries again, after the status `refused`: once the user has signed in anew. */
  reconnect(): void {
    this.#connection.reconnect();
  }

  /** Ends the connection for good; the state stays as it is. Commands go on to be possible. */
  close(): void {
    this.#connection.close();
  }
}

/** The channels of a workspace, which are kept level with the service from now on. */
export function connect(settings: Settings): Channels {
  return new Channels(settings);
}
