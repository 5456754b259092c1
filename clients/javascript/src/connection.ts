/**
 * The connection: it keeps the state level with the service over cuts, restarts and tokens.
 *
 *     CONNECT {token, position, log}   who asks, and what the state reflects
 *            │  auth-success {recovered}
 *            ▼
 *     joining    what is heard waits; without `recovered` the list is fetched meanwhile; then the
 *            │   service is asked whether the socket has been told all up to the list's position
 *            ▼
 *     live       the state is the list, or the one from before, with what has waited; from here on
 *                each event changes it
 *
 * The state changes in one step where joining ends: what is replayed leaves out channels that the user
 * may not see any more, so that only the whole of it is the list as of a position.
 */
import { io, type ManagerOptions, type SocketOptions } from "socket.io-client";
import { KanalError } from "./errors.js";
import type { AckError, AuthSuccess, SocketError } from "./generated/asyncapi.js";
import { fetchList } from "./list.js";
import { ANSWERED_WITHIN, expect, type KanalSocket, ODD, reached, refusal } from "./reached.js";
import { LOST, Reasons } from "./reasons.js";
import { renewed } from "./renewal.js";
import type { Requests } from "./requests.js";
import { afterEvents, asBefore, type Event, NOTHING } from "./state.js";
import type { Store } from "./store.js";
import { backoff, sleep } from "./waiting.js";

/** What may be set of socket.io-client, `transports` for instance. */
export type SocketSettings = Partial<Omit<ManagerOptions & SocketOptions, "auth" | "path" | "forceNew">>;

/** What says that the user may see nothing of the workspace any more. */
const ENDS_ACCESS: ReadonlySet<string> = new Set(["access_revoked", "forbidden"]);

/** What is shown to somebody who may see nothing, as far as is known. */
const NO_LIST = { channels: NOTHING.channels, position: 0, log: null };

const EVENTS = [
  "channel-created",
  "channel-updated",
  "channel-deleted",
  "channel-member-added",
  "channel-member-removed",
] as const;

export class Connection {
  readonly #reasons: Reasons;
  readonly #socket: KanalSocket;
  /** What the state reflects, to resume from; null where the list has to be fetched. */
  #place: { position: number; log: string } | null = null;
  /** What was heard while joining; null while live. */
  #waiting: Event[] | null = [];
  /** Ends what was begun for an earlier connection or token. */
  #turn = new AbortController();
  /** The token that the service was sent last. */
  #token = "";
  /** Access to one of the token's workspaces was taken back, maybe to this one. */
  #isDoubtful = false;
  /** A fresh token is being put in the place of one that is still good. */
  #isRenewing = false;
  /** How often in a row it did not get as far as being live. */
  #failures = 0;
  /** How often the application was to be asked again. */
  #calls = 0;
  #isClosed = false;

  constructor(
    readonly requests: Requests,
    readonly workspace: string,
    readonly store: Store,
    settings: SocketSettings,
  ) {
    this.#reasons = new Reasons(requests, workspace, store);
    this.#socket = io(requests.base.origin, {
      ...settings,
      path: `${requests.base.pathname}socket.io/`,
      forceNew: true, // one shared with another workspace would end with it
      auth: (send) => void this.#greet(send),
    });
    this.#socket.on("disconnect", (reason) => this.#lost(reason));
    this.#socket.on("connect_error", () => {
      void this.#reasons.unconnected(this.#turn.signal);
      void this.#connectAnyway();
    });
    // What no service says ends the connection, which comes back.
    const heard =
      <Said>(hear: (said: Said) => unknown) =>
      async (said: Said) => {
        try {
          await hear(said);
        } catch {
          this.#socket.io.engine.close();
          this.#reasons.show(ODD);
        }
      };
    this.#socket.on("auth-success", heard((success: AuthSuccess) => this.#join(success)));
    this.#socket.on("socket-api-error", heard((error: SocketError) => this.#hearError(error)));
    for (const name of EVENTS) {
      this.#socket.on(name, heard((payload: object) => this.#hear({ name, payload } as Event)));
    }
  }

  /** Asks for a token again, where the last one was refused. */
  reconnect(): void {
    if (this.#isClosed) return;
    this.#calls++;
    this.#failures = 0;
    if (this.#socket.active) return; // it is being asked, and is again where what it gives was refused
    this.store.set({ status: this.store.getSnapshot().log === null ? "connecting" : "away", reason: null });
    this.#socket.connect();
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    this.#begin();
    this.#socket.off().disconnect(); // nothing is heard of it any more: the state stays as it is
  }

  /** A new turn: whatever waits for something in the one before is ended. */
  #begin(): AbortSignal {
    this.#turn.abort();
    this.#turn = new AbortController();
    this.#isDoubtful = false;
    return this.#turn.signal;
  }

  /** What a connection begins with. Where there is no token the connection is given up, and comes back. */
  async #greet(send: (auth: object) => void): Promise<void> {
    const signal = this.#begin();
    this.#reasons.connected();
    const { engine } = this.#socket.io;
    this.#waiting = [];
    try {
      const token = await this.#reasons.freshToken();
      // One that was lost meanwhile has a successor, on which a second CONNECT would be sent.
      if (signal.aborted) return;
      this.#token = token;
      send({ token, ...this.#place });
    } catch (error) {
      this.#reasons.show(error);
      await sleep(backoff(++this.#failures));
      engine.close();
    }
  }

  async #join(success: AuthSuccess): Promise<void> {
    expect(success.log);
    const signal = this.#begin();
    const { userId, channels, position } = this.store.getSnapshot();
    const isSameUser = userId === success.userId;
    if (isSameUser && this.#isJoined(success)) return this.#stay(success, signal);
    const resumes = success.recovered && isSameUser && this.#place !== null;
    // A connection tells nothing twice: what has waited since it began still counts.
    const waiting = (this.#waiting = (resumes && this.#waiting) || []);
    if (!resumes) this.#place = null;
    const shown = isSameUser ? { channels, position } : NO_LIST;
    this.store.set({ ...shown, status: "catching-up", userId: success.userId, reason: null });
    try {
      const list = resumes ? { channels, position: success.position } : await this.#list(success, signal);
      const heard = await reached(this.#socket, this.workspace, list.position, signal);
      // The next packets may have been taken in before this.
      const upto = Math.max(heard, ...waiting.slice(-1).map(({ payload }) => payload.position));
      this.#place = { position: upto, log: success.log };
      this.#waiting = null;
      this.#failures = 0;
      this.store.set({
        status: "live",
        channels: asBefore(shown.channels, afterEvents(list.channels, waiting)),
        position: upto,
        log: success.log,
        reason: null,
      });
      void this.#renew(signal);
    } catch (error) {
      await this.#outOf(error, signal);
    }
  }

  /** Whether the state, which is live, goes on as it is where that was answered. */
  #isJoined({ recovered, position, log }: AuthSuccess): boolean {
    const place = this.#waiting === null ? this.#place : null;
    return recovered && place !== null && place.log === log && place.position <= position;
  }

  /** Stays live with a fresh token, where that is for the workspace too. */
  async #stay({ position }: AuthSuccess, signal: AbortSignal): Promise<void> {
    try {
      await reached(this.#socket, this.workspace, position, signal);
      void this.#renew(signal);
    } catch (error) {
      await this.#outOf(error, signal);
    }
  }

  /** It was not let in; or the connection ends, and comes back. */
  async #outOf(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (error instanceof KanalError && error.isAboutToken) return await this.#refused(error);
    this.#socket.io.engine.close();
    this.#reasons.show(error);
  }

  /** Puts a fresh token in the place of the one that is about to run out. One that is refused changes nothing. */
  async #renew(signal: AbortSignal): Promise<void> {
    try {
      for (let token; (token = await renewed(this.requests.tokens, this.#token, signal)) !== null; ) {
        const before = this.#token;
        this.#isRenewing = true;
        const answer = await this.#authenticate(token).finally(() => (this.#isRenewing = false));
        if (!("error" in answer)) return;
        this.#token = before;
        if (this.#waiting !== null) return await this.#refused(refusal(answer.error)); // it ran out meanwhile
      }
    } catch {
      // The connection is lost, or another token was sent.
    }
  }

  #list({ log, position }: AuthSuccess, signal: AbortSignal): ReturnType<typeof fetchList> {
    const onRepeat = (because: KanalError) => this.#reasons.show(because);
    return fetchList(this.requests, { workspace: this.workspace, token: this.#token, log, position, signal, onRepeat });
  }

  #hear(event: Event): void {
    const { position, workspaceId } = event.payload;
    expect(position);
    const isOurs = workspaceId === this.workspace;
    if (this.#waiting !== null) {
      if (isOurs) this.#waiting.push(event);
      return;
    }
    // What happens elsewhere shows how far this one was told, as long as it is told at all.
    if (this.#place !== null && (isOurs || !this.#isDoubtful)) this.#place.position = position;
    if (isOurs) this.store.set({ channels: afterEvents(this.store.getSnapshot().channels, [event]), position });
  }

  async #hearError({ event, ...told }: SocketError): Promise<void> {
    if (event !== "auth") return;
    const error = refusal(told);
    if (this.#isRenewing && error.code !== "access_revoked") {
      if (error.code === "token_expired") this.#expired(error);
      return; // the rest is in the answer
    }
    if (error.code === "access_revoked" && (await this.#isStillTold())) return;
    if (error.isAboutToken) await this.#refused(error);
    else await this.#again(error);
  }

  /** Whether the socket hears of this workspace, after access to one of the token's was taken back. */
  async #isStillTold(): Promise<boolean> {
    const { signal } = this.#turn;
    this.#isDoubtful = true;
    try {
      await reached(this.#socket, this.workspace, 0, signal);
      this.#isDoubtful = false;
      return true;
    } catch (error) {
      return !(error instanceof KanalError); // else the connection is lost, and the next one shows
    }
  }

  /** The token is not good, or not here: goes on with another one, where the application has one. */
  async #refused(error: KanalError): Promise<void> {
    const signal = this.#begin();
    if (error.code === "token_expired") this.#expired(error);
    else {
      this.#waiting ??= [];
      if (ENDS_ACCESS.has(error.code)) this.#place = null;
      this.store.set({ ...(this.#place === null ? NO_LIST : {}), status: "refused", reason: error });
    }
    try {
      if (this.#failures++ > 0) await sleep(backoff(this.#failures), signal);
      const calls = this.#calls;
      const token = await this.#reasons.freshToken();
      if (signal.aborted) return;
      if (token !== this.#token) return void this.#authenticate(token).catch(() => {});
      if (calls !== this.#calls) return await this.#refused(error); // it was asked before it had another
      this.store.set({ status: "refused", reason: error });
      this.#socket.disconnect();
    } catch (failure) {
      if (signal.aborted) return;
      this.#reasons.show(failure);
      this.#socket.io.engine.close();
    }
  }

  /** What was told ends here, and goes on with the next token. */
  #expired(reason: KanalError): void {
    this.#waiting ??= [];
    this.store.set({ ...(this.#place === null ? NO_LIST : {}), status: "away", reason });
  }

  /** It was no fault of the token that it was not let in. */
  async #again(error: KanalError): Promise<void> {
    const signal = this.#begin();
    this.#reasons.show(error);
    await sleep(backoff(++this.#failures, error.details.retryAfter));
    if (!signal.aborted) await this.#authenticate(this.#token).catch(() => {});
  }

  /** What is answered is also heard. Rejects where the connection is lost. */
  #authenticate(token: string): Promise<AuthSuccess | { error: AckError }> {
    this.#token = token;
    return this.#socket.timeout(ANSWERED_WITHIN).emitWithAck("auth", { data: token, ...this.#place });
  }

  #lost(reason: string): void {
    this.#begin();
    const { status } = this.store.getSnapshot();
    if (status === "live" || status === "catching-up") this.store.set({ status: "away", reason: LOST });
    if (reason === "io server disconnect") void this.#connectAnyway();
  }

  /** Comes back where socket.io-client stays away: the service had closed the socket for good. */
  async #connectAnyway(): Promise<void> {
    if (this.#socket.active) return;
    const { signal } = this.#turn;
    await sleep(backoff(++this.#failures));
    if (!signal.aborted) this.#socket.connect();
  }
}
