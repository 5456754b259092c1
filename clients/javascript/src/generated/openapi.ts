// Made by `make client-types` of /openapi.json: not to be edited.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this is, and where to go on; as a page for a browser */
        get: operations["frontPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["frontPage-head"];
        patch?: never;
        trace?: never;
    };
    "/workspaces/{workspaceId}/channels": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
            };
            cookie?: never;
        };
        /** The channels that the caller may see, oldest first */
        get: operations["listChannels"];
        put?: never;
        /** Create a channel */
        post: operations["createChannel"];
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["listChannels-head"];
        patch?: never;
        trace?: never;
    };
    "/workspaces/{workspaceId}/channels/{channelId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        /** A channel, consistent with the log at once */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        /** End a channel: its name becomes free; the same people may */
        delete: operations["deleteChannel"];
        options?: never;
        /** The same as GET, without a body */
        head: operations["getChannel-head"];
        /** Set some of a channel's fields; its creator, its admins, and the workspace's admins and moderators may */
        patch: operations["updateChannel"];
        trace?: never;
    };
    "/workspaces/{workspaceId}/channels/{channelId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        /** The members of a private channel, in the order of their ids */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["listMembers-head"];
        patch?: never;
        trace?: never;
    };
    "/workspaces/{workspaceId}/channels/{channelId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        /** What happened to a channel: when, who, and what changed */
        get: operations["channelHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["channelHistory-head"];
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health-live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["health-live-head"];
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health-ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["health-ready-head"];
        patch?: never;
        trace?: never;
    };
    "/workspaces/{workspaceId}/channels/{channelId}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
                userId: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Let a user into a private channel, or change their role there; its creator, its admins, and the workspace's admins and moderators may */
        put: operations["addMember"];
        post?: never;
        /** Take a user out of a private channel; the same people may, and the user themselves */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back what a user was granted until now, in a workspace or in all of them; who has the scope kanal:operate may */
        post: operations["revokeAccess"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ChannelModel
         * @description A channel as of its latest event, whose place in the log is `position`.
         */
        ChannelModel: {
            /** Format: uuid */
            id: string;
            workspaceId: string;
            name: string;
            description: string | null;
            isPrivate: boolean;
            creatorId: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            updatedAt: string;
            /** @description the channel's own event count */
            version: number;
            /** @description place in the log */
            position: number;
        };
        /**
         * ChannelPageBody
         * @description The answer of `GET /workspaces/{workspaceId}/channels`.
         */
        ChannelPageBody: {
            channels: components["schemas"]["ChannelModel"][];
            next: string | null;
            /** @description the list reflects the log up to here */
            position: number;
        };
        /**
         * CreateChannelBody
         * @description The body of `POST /workspaces/{workspaceId}/channels`.
         */
        CreateChannelBody: {
            /** @description 1 to 100 characters after trimming and NFC, no control characters, unique in its workspace regardless of case */
            name: string;
            /** @default null */
            description?: string | null;
            /** @default false */
            isPrivate?: boolean;
        };
        /**
         * FormerMemberModel
         * @description A user who is no member of a private channel any more, as of a position; `version` and
         *         `updatedAt` are those that the channel has by then.
         */
        FormerMemberModel: {
            /** Format: uuid */
            channelId: string;
            workspaceId: string;
            userId: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            updatedAt: string;
            /** @description the channel's own event count */
            version: number;
            /** @description place in the log */
            position: number;
        };
        /**
         * FrontPage
         * @description The answer of `GET /`: what this is, and the paths to go on to.
         */
        FrontPage: {
            name: string;
            description: string;
            version: string;
            docs: string;
            openapi: string;
            asyncapi: string;
            ready: string;
            metrics: string;
        };
        /**
         * GoneModel
         * @description A channel that is no more, or no more for its reader.
         */
        GoneModel: {
            /** Format: uuid */
            channelId: string;
            workspaceId: string;
            /** @description place in the log */
            position: number;
        };
        /**
         * Health
         * @description The answer of the health routes: what is missing, nothing when all is well.
         *
         *         `building` names the read models of which an older version is read until they are there;
         *         `behind` tells of each read model how many positions of the log it does not reflect yet;
         *         `workers`, where several share the port, says of each whether it is ready.
         */
        Health: {
            status: string;
            /** @default [] */
            missing?: string[];
            /** @default [] */
            building?: string[];
            /** @default {} */
            behind?: {
                [key: string]: number;
            };
            workers?: {
                [key: string]: string;
            };
        };
        /**
         * HistoryPageBody
         * @description The answer of `GET …/history`: oldest first. What happened while the channel was private is
         *         told to its members alone, so a page may hold less than `limit` and still have a next one.
         */
        HistoryPageBody: {
            history: components["schemas"]["HistoryEntry"][];
            next: string | null;
        };
        /**
         * HistoryEntry
         * @description One event of a channel. `changes` holds the fields that it set, by their names in
         *         ChannelModel, or the `userId` and `role` of a member; `requestId` is the request's X-Request-ID.
         */
        HistoryEntry: {
            version: number;
            /** @description place in the log */
            position: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            at: string;
            actorId: string;
            requestId: string;
            what: components["schemas"]["What"];
            changes: {
                [key: string]: string | boolean | null;
            };
        };
        /**
         * What
         * @description What happened to a channel.
         * @enum {unknown}
         */
        What: "created" | "deleted" | "member-added" | "member-removed" | "member-role-changed" | "updated";
        /**
         * MemberBody
         * @description The body of `PUT …/members/{userId}`; it may be missing.
         */
        MemberBody: {
            /** @default null */
            role?: components["schemas"]["MemberRole"] | null;
        };
        /**
         * MemberRole
         * @description A member's role in a private channel.
         * @enum {unknown}
         */
        MemberRole: "admin" | "user";
        /**
         * MemberModel
         * @description A member of a private channel, as of a position; `version` and `updatedAt` are those that the
         *         channel has by then.
         */
        MemberModel: {
            /** Format: uuid */
            channelId: string;
            workspaceId: string;
            userId: string;
            role: components["schemas"]["MemberRole"];
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            updatedAt: string;
            /** @description the channel's own event count */
            version: number;
            /** @description place in the log */
            position: number;
        };
        /**
         * MemberPageBody
         * @description The answer of `GET …/members`: in the order of user ids; none for a public channel.
         */
        MemberPageBody: {
            members: components["schemas"]["Member"][];
            next: string | null;
            /** @description that of the channel's latest event */
            position: number;
        };
        /**
         * Member
         * @description A member of a private channel.
         */
        Member: {
            userId: string;
            role: components["schemas"]["MemberRole"];
        };
        /**
         * Problem
         * @description The body of a refused HTTP request (RFC 9457), with a stable `code`.
         */
        Problem: {
            title: string;
            status: number;
            code: string;
            detail: string;
            /** @default about:blank */
            type?: string;
        };
        /**
         * RevocationBody
         * @description The body of `POST /revocations`: whose access is taken back, and where.
         */
        RevocationBody: {
            userId: string;
            /** @default null */
            workspaceId?: string | null;
        };
        /**
         * RevocationModel
         * @description Access that was taken back: what was granted until `revokedAt` holds no more.
         */
        RevocationModel: {
            userId: string;
            workspaceId: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            revokedAt: string;
            /** @description place in the log */
            position: number;
        };
        /**
         * UpdateChannelBody
         * @description The body of `PATCH /workspaces/{workspaceId}/channels/{channelId}`: the fields to set.
         */
        UpdateChannelBody: {
            /** @description 1 to 100 characters after trimming and NFC, no control characters, unique in its workspace regardless of case */
            name?: string;
            description?: string | null;
            isPrivate?: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    frontPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this is */
            200: {
                headers: {
                    Vary: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FrontPage"];
                    "text/html": string;
                };
            };
        };
    };
    "frontPage-head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this is */
            200: {
                headers: {
                    Vary: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listChannels: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
                /** @description wait until the list reflects the log up to here, at most 4 seconds */
                minPosition?: number;
                /** @description the list as it was at this position of the log, with the channels that the caller could see then; not beyond the head, nor with minPosition */
                at?: number;
            };
            header?: never;
            path: {
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "X-Log-ID": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPageBody"];
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    createChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key by the same user answers the first channel again */
                "Idempotency-Key"?: string;
            };
            path: {
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateChannelBody"];
            };
        };
        responses: {
            /** @description The channel that this idempotency key has created before */
            200: {
                headers: {
                    ETag: string;
                    Location: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelModel"];
                };
            };
            /** @description Created; also for the first use of an idempotency key */
            201: {
                headers: {
                    ETag: string;
                    Location: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelModel"];
                };
            };
            /** @description malformed: the body is not JSON, or a header is not as it must be */
            400: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "malformed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, or the workspace has as many channels as it may have */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken" | "last_admin" | "not_private" | "too_many_channels";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "too_large";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is not application/json */
            415: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unsupported_media_type";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    "listChannels-head": {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
                /** @description wait until the list reflects the log up to here, at most 4 seconds */
                minPosition?: number;
                /** @description the list as it was at this position of the log, with the channels that the caller could see then; not beyond the head, nor with minPosition */
                at?: number;
            };
            header?: never;
            path: {
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "X-Log-ID": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel */
            200: {
                headers: {
                    ETag: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelModel"];
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    deleteChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETags of the versions that the command is meant for, or * */
                "If-Match"?: string;
            };
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is no more */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoneModel"];
                };
            };
            /** @description malformed: the body is not JSON, or a header is not as it must be */
            400: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "malformed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, or the workspace has as many channels as it may have */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken" | "last_admin" | "not_private" | "too_many_channels";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the channel is at another version than If-Match says; nothing is changed */
            412: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "stale_version";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    "getChannel-head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel */
            200: {
                headers: {
                    ETag: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETags of the versions that the command is meant for, or * */
                "If-Match"?: string;
            };
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateChannelBody"];
            };
        };
        responses: {
            /** @description The channel as it is now */
            200: {
                headers: {
                    ETag: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelModel"];
                };
            };
            /** @description malformed: the body is not JSON, or a header is not as it must be */
            400: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "malformed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, or the workspace has as many channels as it may have */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken" | "last_admin" | "not_private" | "too_many_channels";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the channel is at another version than If-Match says; nothing is changed */
            412: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "stale_version";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "too_large";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is not application/json */
            415: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unsupported_media_type";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberPageBody"];
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    "listMembers-head": {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    channelHistory: {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPageBody"];
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    "channelHistory-head": {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                workspaceId: string;
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "health-live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    "health-live-head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "health-ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service can serve */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It names what is missing */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    "health-ready-head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service can serve */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It names what is missing */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    addMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETags of the versions that the command is meant for, or * */
                "If-Match"?: string;
            };
            path: {
                workspaceId: string;
                channelId: string;
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MemberBody"];
            };
        };
        responses: {
            /** @description The member */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberModel"];
                };
            };
            /** @description malformed: the body is not JSON, or a header is not as it must be */
            400: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "malformed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, or the workspace has as many channels as it may have */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken" | "last_admin" | "not_private" | "too_many_channels";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the channel is at another version than If-Match says; nothing is changed */
            412: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "stale_version";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "too_large";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is not application/json */
            415: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unsupported_media_type";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETags of the versions that the command is meant for, or * */
                "If-Match"?: string;
            };
            path: {
                workspaceId: string;
                channelId: string;
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are no member */
            200: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormerMemberModel"];
                };
            };
            /** @description malformed: the body is not JSON, or a header is not as it must be */
            400: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "malformed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description unknown, or not visible to the caller */
            404: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "not_found";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, or the workspace has as many channels as it may have */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken" | "last_admin" | "not_private" | "too_many_channels";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the channel is at another version than If-Match says; nothing is changed */
            412: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "stale_version";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
    revokeAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevocationBody"];
            };
        };
        responses: {
            /** @description It is recorded, and holds on every node within a second */
            202: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevocationModel"];
                };
            };
            /** @description malformed: the body is not JSON, or a header is not as it must be */
            400: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "malformed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description no token, a bad one, one that has expired, or what it granted was taken back */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "not_authenticated" | "access_revoked";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the token does not allow it */
            403: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "forbidden" | "origin_not_allowed";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "too_large";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the body is not application/json */
            415: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unsupported_media_type";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description a value is not allowed, or an idempotency key was used for a different request */
            422: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "invalid" | "idempotency_key_reused";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description too many commands of this user, or too many bad tokens from this address */
            429: {
                headers: {
                    "Retry-After": string;
                    "RateLimit-Policy": string;
                    RateLimit: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "rate_limited";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description the database is away, the list has not come that far, or the channel has an event that this version cannot read; see Retry-After */
            503: {
                headers: {
                    "Retry-After": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "unavailable";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};
