// Made by `make client-types` of /asyncapi.json: not to be edited.

/**
 * missing: as it is for a member, `user` for a new one
 */
export type MemberRole = "admin" | "user";
/**
 * A member's role in a private channel.
 */
export type MemberRole1 = "admin" | "user";

/**
 * The `error` of an acknowledgement.
 */
export interface AckError {
  code:
    | "malformed"
    | "token_missing"
    | "token_invalid"
    | "token_expired"
    | "not_authenticated"
    | "access_revoked"
    | "forbidden"
    | "origin_not_allowed"
    | "not_found"
    | "conflict"
    | "name_taken"
    | "last_admin"
    | "not_private"
    | "too_many_channels"
    | "stale_version"
    | "too_large"
    | "unsupported_media_type"
    | "invalid"
    | "idempotency_key_reused"
    | "rate_limited"
    | "internal"
    | "unavailable"
    | "unknown_event";
  message: string;
  /**
   * seconds; with the code rate_limited
   */
  retryAfter?: number;
}
/**
 * The data of the socket event `add-channel-member`.
 */
export interface AddMemberEvent {
  workspaceId: string;
  channelId: string;
  version?: number | null;
  transaction?: string | null;
  userId: string;
  role?: MemberRole | null;
}
/**
 * The data of the socket event `auth`; fields that are not known are let pass, since a
 *     handshake's `auth` object is the client's to fill.
 */
export interface AuthEvent {
  data?: string | null;
  token?: string | null;
  transaction?: string | null;
  position?: number | null;
  log?: string | null;
}
/**
 * The answer to `auth`: who the socket now speaks for, and where its events begin.
 */
export interface AuthSuccess {
  userId: string;
  /**
   * events beyond this position of the log follow
   */
  position: number;
  /**
   * the id of the log that positions belong to
   */
  log: string;
  /**
   * whether what follows joins what the client has seen without a gap; if not, fetch the list
   */
  recovered: boolean;
  transaction?: string | null;
}
/**
 * The data of the socket event `await-position`.
 */
export interface AwaitPositionEvent {
  /**
   * a position of the log
   */
  position: number;
  workspaceId?: string | null;
  transaction?: string | null;
}
/**
 * The acknowledgement of `create-channel` and `update-channel`.
 */
export interface ChannelAck {
  channel: ChannelModel;
}
/**
 * A channel as of its latest event, whose place in the log is `position`.
 */
export interface ChannelModel {
  id: string;
  workspaceId: string;
  name: string;
  description: string | null;
  isPrivate: boolean;
  creatorId: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  createdAt: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  updatedAt: string;
  /**
   * the channel's own event count
   */
  version: number;
  /**
   * place in the log
   */
  position: number;
}
/**
 * A channel began, or its reader may see it from here on.
 */
export interface ChannelCreatedEvent {
  type: "channel.created";
  specversion: "1.0";
  /**
   * <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event
   */
  id: string;
  /**
   * the log's first id, as a URN: it stays when the log is rewound
   */
  source: string;
  subject: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  time: string;
  datacontenttype: "application/json";
  dataschema: string;
  workspace: string;
  /**
   * place in the log, as text: a CloudEvents Integer has 32 bits
   */
  position: string;
  /**
   * who did it; left out where the reader is told less than all
   */
  actor?: string;
  /**
   * of its append (W3C Trace Context)
   */
  traceparent?: string;
  data: CreatedData;
}
/**
 * A channel that is there from here on, or that its reader may see from here on: `member` is
 *     then the reader, where they became a member of it.
 */
export interface CreatedData {
  channel: ChannelModel;
  member?: MemberModel;
}
/**
 * A member of a private channel, as of a position; `version` and `updatedAt` are those that the
 *     channel has by then.
 */
export interface MemberModel {
  channelId: string;
  workspaceId: string;
  userId: string;
  role: MemberRole1;
  /**
   * RFC 3339, UTC, with microseconds
   */
  updatedAt: string;
  /**
   * the channel's own event count
   */
  version: number;
  /**
   * place in the log
   */
  position: number;
}
/**
 * A channel ended, or its reader may not see it any more: the two look alike.
 */
export interface ChannelDeletedEvent {
  type: "channel.deleted";
  specversion: "1.0";
  /**
   * <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event
   */
  id: string;
  /**
   * the log's first id, as a URN: it stays when the log is rewound
   */
  source: string;
  subject: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  time: string;
  datacontenttype: "application/json";
  dataschema: string;
  workspace: string;
  /**
   * place in the log, as text: a CloudEvents Integer has 32 bits
   */
  position: string;
  /**
   * who did it; left out where the reader is told less than all
   */
  actor?: string;
  /**
   * of its append (W3C Trace Context)
   */
  traceparent?: string;
  data: GoneModel;
}
/**
 * A channel that is no more, or no more for its reader.
 */
export interface GoneModel {
  channelId: string;
  workspaceId: string;
  /**
   * place in the log
   */
  position: number;
}
/**
 * A user became a member of a channel, or has another role in it.
 */
export interface ChannelMemberAddedEvent {
  type: "channel.member-added";
  specversion: "1.0";
  /**
   * <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event
   */
  id: string;
  /**
   * the log's first id, as a URN: it stays when the log is rewound
   */
  source: string;
  subject: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  time: string;
  datacontenttype: "application/json";
  dataschema: string;
  workspace: string;
  /**
   * place in the log, as text: a CloudEvents Integer has 32 bits
   */
  position: string;
  /**
   * who did it; left out where the reader is told less than all
   */
  actor?: string;
  /**
   * of its append (W3C Trace Context)
   */
  traceparent?: string;
  data: MemberAddedData;
}
/**
 * A member of a channel with their role, and the one that they had before.
 */
export interface MemberAddedData {
  channel: ChannelModel;
  member: MemberModel;
  /**
   * null: was no member
   */
  previousRole: MemberRole1 | null;
}
/**
 * A user is no member of a channel any more.
 */
export interface ChannelMemberRemovedEvent {
  type: "channel.member-removed";
  specversion: "1.0";
  /**
   * <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event
   */
  id: string;
  /**
   * the log's first id, as a URN: it stays when the log is rewound
   */
  source: string;
  subject: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  time: string;
  datacontenttype: "application/json";
  dataschema: string;
  workspace: string;
  /**
   * place in the log, as text: a CloudEvents Integer has 32 bits
   */
  position: string;
  /**
   * who did it; left out where the reader is told less than all
   */
  actor?: string;
  /**
   * of its append (W3C Trace Context)
   */
  traceparent?: string;
  data: MemberRemovedData;
}
/**
 * Who is no member of a channel any more.
 */
export interface MemberRemovedData {
  channel: ChannelModel;
  member: FormerMemberModel;
}
/**
 * A user who is no member of a private channel any more, as of a position; `version` and
 *     `updatedAt` are those that the channel has by then.
 */
export interface FormerMemberModel {
  channelId: string;
  workspaceId: string;
  userId: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  updatedAt: string;
  /**
   * the channel's own event count
   */
  version: number;
  /**
   * place in the log
   */
  position: number;
}
/**
 * Fields of a channel changed.
 */
export interface ChannelUpdatedEvent {
  type: "channel.updated";
  specversion: "1.0";
  /**
   * <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event
   */
  id: string;
  /**
   * the log's first id, as a URN: it stays when the log is rewound
   */
  source: string;
  subject: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  time: string;
  datacontenttype: "application/json";
  dataschema: string;
  workspace: string;
  /**
   * place in the log, as text: a CloudEvents Integer has 32 bits
   */
  position: string;
  /**
   * who did it; left out where the reader is told less than all
   */
  actor?: string;
  /**
   * of its append (W3C Trace Context)
   */
  traceparent?: string;
  data: UpdatedData;
}
/**
 * A channel as it is after an update, and what it was before.
 */
export interface UpdatedData {
  channel: ChannelModel;
  previous: FormerFields;
}
/**
 * The fields that an update has changed, with the values that they had before.
 */
export interface FormerFields {
  name?: string;
  description?: string | null;
  isPrivate?: boolean;
}
/**
 * The data of the socket event `create-channel`.
 */
export interface CreateChannelEvent {
  workspaceId: string;
  idempotencyKey?: string | null;
  transaction?: string | null;
  /**
   * 1 to 100 characters after trimming and NFC, no control characters, unique in its workspace regardless of case
   */
  name: string;
  description?: string | null;
  isPrivate?: boolean;
}
/**
 * The data of the socket event `delete-channel`.
 */
export interface DeleteChannelEvent {
  workspaceId: string;
  channelId: string;
  version?: number | null;
  transaction?: string | null;
}
/**
 * Is sent to webhooks before anything else of a log that goes on as another one.
 */
export interface LogRewoundEvent {
  type: "log.rewound";
  specversion: "1.0";
  /**
   * <log>:rewound
   */
  id: string;
  /**
   * the log's first id, as a URN: it stays when the log is rewound
   */
  source: string;
  /**
   * RFC 3339, UTC, with microseconds
   */
  time: string;
  datacontenttype: "application/json";
  dataschema: string;
  data: RewoundData;
}
/**
 * The log goes on as `log`. What was told of it beyond `position` is gone, and may not have
 *     been anything; up to there it is as it was.
 */
export interface RewoundData {
  /**
   * the id of the log from here on
   */
  log: string;
  /**
   * the last one that stays
   */
  position: number;
}
/**
 * The acknowledgement of `add-channel-member`.
 */
export interface MemberAck {
  member: MemberModel;
}
/**
 * Its acknowledgement, which comes behind the events.
 */
export interface PositionReached {
  /**
   * every event up to here has been sent to the socket
   */
  position: number;
}
/**
 * The data of the socket event `remove-channel-member`.
 */
export interface RemoveMemberEvent {
  workspaceId: string;
  channelId: string;
  version?: number | null;
  transaction?: string | null;
  userId: string;
}
/**
 * Access that was taken back: what was granted until `revokedAt` holds no more.
 */
export interface RevocationModel {
  userId: string;
  workspaceId: string | null;
  /**
   * RFC 3339, UTC, with microseconds
   */
  revokedAt: string;
  /**
   * place in the log
   */
  position: number;
}
/**
 * The data of the socket event `revoke-access`.
 */
export interface RevokeAccessEvent {
  userId: string;
  workspaceId?: string | null;
  transaction?: string | null;
}
/**
 * The argument of `socket-api-error`.
 */
export interface SocketError {
  event: string;
  message: string;
  code:
    | "malformed"
    | "token_missing"
    | "token_invalid"
    | "token_expired"
    | "not_authenticated"
    | "access_revoked"
    | "forbidden"
    | "origin_not_allowed"
    | "not_found"
    | "conflict"
    | "name_taken"
    | "last_admin"
    | "not_private"
    | "too_many_channels"
    | "stale_version"
    | "too_large"
    | "unsupported_media_type"
    | "invalid"
    | "idempotency_key_reused"
    | "rate_limited"
    | "internal"
    | "unavailable"
    | "unknown_event";
  /**
   * seconds; with the code rate_limited
   */
  retryAfter?: number;
}
/**
 * The data of the event `end`, the last one of a stream: why it ends, as a request would be
 *     refused for it.
 */
export interface StreamEnd {
  code: string;
  detail: string;
}
/**
 * The data of the socket event `update-channel`: the fields to set, and of which channel.
 */
export interface UpdateChannelEvent {
  workspaceId: string;
  channelId: string;
  version?: number | null;
  transaction?: string | null;
  /**
   * 1 to 100 characters after trimming and NFC, no control characters, unique in its workspace regardless of case
   */
  name?: string;
  description?: string | null;
  isPrivate?: boolean;
}

export interface ServerEvents {
  "auth-success": (payload: AuthSuccess) => void;
  "channel-created": (payload: ChannelModel) => void;
  "channel-updated": (payload: ChannelModel) => void;
  "channel-deleted": (payload: GoneModel) => void;
  "channel-member-added": (payload: MemberModel) => void;
  "channel-member-removed": (payload: FormerMemberModel) => void;
  "socket-api-error": (payload: SocketError) => void;
}

export interface ClientEvents {
  "auth": (data: AuthEvent, acknowledge: (answer: AuthSuccess | { error: AckError }) => void) => void;
  "await-position": (data: AwaitPositionEvent, acknowledge: (answer: PositionReached | { error: AckError }) => void) => void;
  "create-channel": (data: CreateChannelEvent, acknowledge: (answer: ChannelAck | { error: AckError }) => void) => void;
  "update-channel": (data: UpdateChannelEvent, acknowledge: (answer: ChannelAck | { error: AckError }) => void) => void;
  "delete-channel": (data: DeleteChannelEvent, acknowledge: (answer: GoneModel | { error: AckError }) => void) => void;
  "add-channel-member": (data: AddMemberEvent, acknowledge: (answer: MemberAck | { error: AckError }) => void) => void;
  "remove-channel-member": (data: RemoveMemberEvent, acknowledge: (answer: FormerMemberModel | { error: AckError }) => void) => void;
  "revoke-access": (data: RevokeAccessEvent, acknowledge: (answer: RevocationModel | { error: AckError }) => void) => void;
}
