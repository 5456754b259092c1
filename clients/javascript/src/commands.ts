/** The commands and queries of a workspace's channels. Each is repeated under one name, and done once. */
import { KanalError } from "./errors.js";
import type { components } from "./generated/openapi.js";
import { follow, type Request, type Requests } from "./requests.js";
import type { Channel } from "./state.js";

type Schemas = components["schemas"];

/**
 * What a channel is made of:
 *
 * - `name`: 1 to 100 characters after trimming, no control characters, unique in its workspace regardless of case
 * - `description`: a text, or null for none, which it is unless it is given
 * - `isPrivate`: whether only members see it; false unless it is given
 */
export type NewChannel = Schemas["CreateChannelBody"];
/** The fields to set, as in `NewChannel`; one that is left out stays as it is, null takes the description away. */
export type ChannelChanges = Schemas["UpdateChannelBody"];
/** A member of a private channel: `userId`, and the `role` there. */
export type Member = Readonly<Schemas["Member"]>;
/** `admin` may change the channel and its members, `user` may not. */
export type MemberRole = Member["role"];
/**
 * What happened to a channel: `what` at the time `at`, by `actorId` with the request `requestId`; `changes` are the
 * fields that were set, or the `userId` and `role` of a member.
 */
export type HistoryEntry = Readonly<Schemas["HistoryEntry"]>;

/** What every command and query takes. */
export interface Options {
  /** Ends the attempts; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a command on a channel takes. */
export interface ChangeOptions extends Options {
  /** The only version of the channel that the command is meant for; at another: `stale_version`. */
  readonly version?: number | undefined;
}

/** What `create` takes besides. */
export interface CreateOptions extends Options {
  /** Its own for each call, unless it is given: the same key creates one channel, also after a reload. */
  readonly idempotencyKey?: string | undefined;
}

/** What `members.add` takes besides. */
export interface AddOptions extends ChangeOptions {
  /** Without one: as it is for a member, `user` for a new one. */
  readonly role?: MemberRole | undefined;
}

/**
 * Every promise rejects with a KanalError where the service refuses, has not answered for `patience`
 * (`unreachable`, `unavailable`), or is none (`wrong_url`); with what the application throws that is asked for a
 * token; or with the reason of its `signal`. The codes of each are in `Refusals`, by its operation.
 */
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

  /**
   * Creates a channel, and answers it as it is; its `position` is what `reached` takes.
   *
   * @throws KanalError `name_taken`, `too_many_channels`, `invalid`, `forbidden` (a guest), `conflict`,
   *   `idempotency_key_reused`, or another of `Refusals["createChannel"]`.
   */
  async create(channel: NewChannel, { signal, idempotencyKey = newId() }: CreateOptions = {}): Promise<Channel> {
    const headers = { "Idempotency-Key": idempotencyKey };
    const path = this.#path();
    return (await this.#requests.send<Channel>({ method: "POST", path, headers, body: channel, signal })).body;
  }

  /**
   * The channel as it is now, consistent with the log at once.
   *
   * @throws KanalError `not_found` where there is none that the user may see, or another of `Refusals["getChannel"]`.
   */
  async get(channelId: string, { signal }: Options = {}): Promise<Channel> {
    return (await this.#requests.send<Channel>({ path: this.#path(channelId), signal })).body;
  }

  /**
   * Sets the fields that are given, and answers the channel as it is then.
   *
   * @throws KanalError `not_found`, `forbidden`, `name_taken`, `invalid`, `stale_version` (with a `version`),
   *   `conflict`, or another of `Refusals["updateChannel"]`.
   */
  async update(channelId: string, changes: ChannelChanges, options: ChangeOptions = {}): Promise<Channel> {
    const request: Request = { method: "PATCH", path: this.#path(channelId), body: changes };
    const updated = await this.#change<Channel>(channelId, request, options);
    return updated ?? this.get(channelId, options);
  }

  /**
   * Ends a channel: afterwards there is none for the user.
   *
   * @throws KanalError `not_found`, `forbidden`, `stale_version`, `conflict`, or another of
   *   `Refusals["deleteChannel"]`.
   */
  async delete(channelId: string, options: ChangeOptions = {}): Promise<void> {
    const request: Request = { method: "DELETE", path: this.#path(channelId) };
    await this.#change(channelId, request, options, { isGone: true });
  }

  /** The members of private channels. */
  readonly members = {
    /** In the order of their ids. @throws KanalError `not_found`, or another of `Refusals["listMembers"]`. */
    list: (channelId: string, { signal }: Options = {}): AsyncIterable<Member> =>
      this.#pages<Member>("members", channelId, signal),

    /**
     * Lets a user in, or changes their role.
     *
     * @throws KanalError `not_found`, `forbidden`, `not_private`, `last_admin`, `invalid`, `stale_version`,
     *   `conflict`, or another of `Refusals["addMember"]`.
     */
    add: async (channelId: string, userId: string, { role, ...options }: AddOptions = {}): Promise<void> => {
      const request: Request = { method: "PUT", path: this.#path(channelId, "members", userId) };
      await this.#change(channelId, role === undefined ? request : { ...request, body: { role } }, options);
    },

    /**
     * Takes a user out; everybody may take out themselves.
     *
     * @throws KanalError `not_found`, `forbidden`, `not_private`, `last_admin`, `stale_version`, `conflict`, or
     *   another of `Refusals["removeMember"]`.
     */
    remove: async (channelId: string, userId: string, options: ChangeOptions = {}): Promise<void> => {
      const request: Request = { method: "DELETE", path: this.#path(channelId, "members", userId) };
      await this.#change(channelId, request, options, { isGone: userId === this.#ownId() });
    },
  };

  /**
   * What happened to a channel, oldest first; fetched page by page as it is read.
   *
   * @throws KanalError `not_found`, or another of `Refusals["channelHistory"]`.
   */
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
    const seen = new Set<string>();
    let after: string | undefined;
    do {
      const request: Request = { path: this.#path(channelId, what), query: { limit: 200, after }, signal };
      const { body } = await this.#requests.send<Record<typeof what, Entry[]> & { next: string | null }>(request);
      yield* body[what];
      after = body.next ?? undefined;
      if (after !== undefined) follow(seen, after);
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
