/** The commands and queries of a workspace's channels. Each is repeated under one name, and done once. */
import { KanalError } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { Request, Requests } from "./requests.js";
import type { Channel } from "./state.js";

type Schemas = components["schemas"];

export type NewChannel = Schemas["CreateChannelBody"];
export type ChannelChanges = Schemas["UpdateChannelBody"];
export type Member = Readonly<Schemas["Member"]>;
export type MemberRole = Member["role"];
export type HistoryEntry = Readonly<Schemas["HistoryEntry"]>;

export interface Options {
  /** Ends the attempts; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ChangeOptions extends Options {
  /** The only version of the channel that the command is meant for; at another: `stale_version`. */
  readonly version?: number | undefined;
}

export interface CreateOptions extends Options {
  /** Its own for each call, unless it is given: the same key creates one channel, also after a reload. */
  readonly idempotencyKey?: string | undefined;
}

export interface AddOptions extends ChangeOptions {
  /** Without one: as it is for a member, `user` for a new one. */
  readonly role?: MemberRole | undefined;
}

/** Every promise rejects with a KanalError where the service refuses. */
export class Commands {
  readonly #requests: Requests;
  readonly #workspace: string;
  readonly #ownId: () => string | null;

  /** `ownId` is that of the user, once it is known. */
  constructor(requests: Requests, workspace: string, ownId: () => string | null) {
    this.#requests = requests;
    this.#workspace = workspace;
    this.#ownId = ownId;
  }

  async create(channel: NewChannel, { signal, idempotencyKey = newId() }: CreateOptions = {}): Promise<Channel> {
    const headers = { "Idempotency-Key": idempotencyKey };
    const path = this.#path();
    return (await this.#requests.send<Channel>({ method: "POST", path, headers, body: channel, signal })).body;
  }

  /** The channel as it is now, consistent with the log at once. */
  async get(channelId: string, { signal }: Options = {}): Promise<Channel> {
    return (await this.#requests.send<Channel>({ path: this.#path(channelId), signal })).body;
  }

  async update(channelId: string, changes: ChannelChanges, options: ChangeOptions = {}): Promise<Channel> {
    const request: Request = { method: "PATCH", path: this.#path(channelId), body: changes };
    const updated = await this.#change<Channel>(channelId, request, options);
    return updated ?? this.get(channelId, options);
  }

  /** Ends a channel: afterwards there is none for the user. */
  async delete(channelId: string, options: ChangeOptions = {}): Promise<void> {
    const request: Request = { method: "DELETE", path: this.#path(channelId) };
    await this.#change(channelId, request, options, { isGone: true });
  }

  /** The members of private channels. */
  readonly members = {
    /** In the order of their ids. */
    list: (channelId: string, { signal }: Options = {}): AsyncIterable<Member> =>
      this.#pages<Member>("members", channelId, signal),

    /** Lets a user in, or changes their role. */
    add: async (channelId: string, userId: string, { role, ...options }: AddOptions = {}): Promise<void> => {
      const request: Request = { method: "PUT", path: this.#path(channelId, "members", userId) };
      await this.#change(channelId, role === undefined ? request : { ...request, body: { role } }, options);
    },

    remove: async (channelId: string, userId: string, options: ChangeOptions = {}): Promise<void> => {
      const request: Request = { method: "DELETE", path: this.#path(channelId, "members", userId) };
      await this.#change(channelId, request, options, { isGone: userId === this.#ownId() });
    },
  };

  /** What happened to a channel, oldest first; fetched page by page as it is read. */
  history(channelId: string, { signal }: Options = {}): AsyncIterable<HistoryEntry> {
    return this.#pages<HistoryEntry>("history", channelId, signal);
  }

  /**
   * Sends a command about a channel; null where an attempt that had no answer has done it, and the next
   * one was therefore refused. `isGone` says that the user does not see the channel any more then.
   */
  async #change<Body>(
    channelId: string,
    request: Request,
    { version, signal }: ChangeOptions,
    { isGone = false } = {},
  ): Promise<Body | null> {
    const id = newId();
    const condition = version === undefined ? {} : { "If-Match": `"${version}"` };
    const headers = { "X-Request-ID": id, ...condition };
    try {
      return (await this.#requests.send<Body>({ ...request, headers, signal })).body;
    } catch (error) {
      if (!(error instanceof KanalError) || !error.details.mayBeDone) throw error;
      if (error.code === "not_found" && isGone) return null;
      if (error.code === "stale_version" && (await this.#isInHistory(channelId, id, signal))) return null;
      throw error;
    }
  }

  async #isInHistory(channelId: string, requestId: string, signal?: AbortSignal): Promise<boolean> {
    for await (const entry of this.history(channelId, { signal })) if (entry.requestId === requestId) return true;
    return false;
  }

  async *#pages<Entry>(what: "members" | "history", channelId: string, signal?: AbortSignal): AsyncGenerator<Entry> {
    let after: string | undefined;
    do {
      const request: Request = { path: this.#path(channelId, what), query: { limit: 200, after }, signal };
      const { body } = await this.#requests.send<Record<typeof what, Entry[]> & { next: string | null }>(request);
      yield* body[what];
      after = body.next ?? undefined;
    } while (after !== undefined);
  }

  #path(...below: string[]): string[] {
    return ["workspaces", this.#workspace, "channels", ...below];
  }
}

/** `crypto.randomUUID` is not there on a page that came over plain HTTP. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
