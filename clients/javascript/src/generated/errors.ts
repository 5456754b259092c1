// Made by `make client-types` of /openapi.json: not to be edited.
/** The status of each code that the service refuses with. */
export const STATUS_OF = {
  "internal": 500,
  "unknown_event": 400,
  "not_authenticated": 401,
  "origin_not_allowed": 403,
  "token_missing": 401,
  "token_invalid": 401,
  "token_expired": 401,
  "access_revoked": 401,
  "forbidden": 403,
  "invalid": 422,
  "rate_limited": 429,
  "unavailable": 503,
  "malformed": 400,
  "conflict": 409,
  "name_taken": 409,
  "too_many_channels": 409,
  "too_large": 413,
  "unsupported_media_type": 415,
  "idempotency_key_reused": 422,
  "not_found": 404,
  "stale_version": 412,
  "position_gone": 410,
  "last_admin": 409,
  "not_private": 409,
  "too_many_webhooks": 409,
} as const;

/** What each operation can be refused with. */
export interface Refusals {
  "listChannels": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "invalid" | "rate_limited" | "unavailable";
  "createChannel": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "conflict" | "name_taken" | "too_many_channels" | "too_large" | "unsupported_media_type" | "invalid" | "idempotency_key_reused" | "rate_limited" | "unavailable";
  "getChannel": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "rate_limited" | "unavailable";
  "updateChannel": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "conflict" | "name_taken" | "stale_version" | "too_large" | "unsupported_media_type" | "invalid" | "rate_limited" | "unavailable";
  "deleteChannel": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "conflict" | "stale_version" | "rate_limited" | "unavailable";
  "listMembers": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "channelHistory": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "readFeed": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "position_gone" | "invalid" | "rate_limited" | "unavailable";
  "streamFeed": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "position_gone" | "invalid" | "rate_limited" | "unavailable";
  "addMember": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "conflict" | "last_admin" | "not_private" | "stale_version" | "too_large" | "unsupported_media_type" | "invalid" | "rate_limited" | "unavailable";
  "removeMember": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "conflict" | "last_admin" | "not_private" | "stale_version" | "invalid" | "rate_limited" | "unavailable";
  "revokeAccess": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "too_large" | "unsupported_media_type" | "invalid" | "rate_limited" | "unavailable";
  "operator-readLog": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "operator-readEvent": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "operator-channelsAt": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "invalid" | "rate_limited" | "unavailable";
  "operator-channelAt": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "operator-membersAt": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "operator-wholeHistory": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "invalid" | "rate_limited" | "unavailable";
  "operator-listConnections": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "invalid" | "rate_limited" | "unavailable";
  "operator-letConnectionGo": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "rate_limited" | "unavailable";
  "operator-listProjections": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "rate_limited" | "unavailable";
  "operator-getProjection": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "rate_limited" | "unavailable";
  "operator-rebuildProjection": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "conflict" | "rate_limited" | "unavailable";
  "operator-verifyProjection": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "conflict" | "rate_limited" | "unavailable";
  "operator-listNodes": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "rate_limited" | "unavailable";
  "registerWebhook": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "too_many_webhooks" | "position_gone" | "too_large" | "unsupported_media_type" | "invalid" | "rate_limited" | "unavailable";
  "listWebhooks": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "rate_limited" | "unavailable";
  "getWebhook": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "rate_limited" | "unavailable";
  "changeWebhook": "malformed" | "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "position_gone" | "too_large" | "unsupported_media_type" | "invalid" | "rate_limited" | "unavailable";
  "removeWebhook": "token_missing" | "token_invalid" | "token_expired" | "access_revoked" | "forbidden" | "not_found" | "rate_limited" | "unavailable";
}
