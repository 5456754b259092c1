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
    "/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of the feed: public events, in the order of the log */
        get: operations["readFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["readFeed-head"];
        patch?: never;
        trace?: never;
    };
    "/log/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The feed as server-sent events, which goes on
         * @description The data of a message is a public event, its id the place to go on from. The event `end` is the last one; its data is a StreamEnd.
         */
        get: operations["streamFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * The same as GET, without a body
         * @description The data of a message is a public event, its id the place to go on from. The event `end` is the last one; its data is a StreamEnd.
         */
        head: operations["streamFeed-head"];
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
    "/operator/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of the log, in its order */
        get: operations["operator-readLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-readLog-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/log/{position}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                position: number;
            };
            cookie?: never;
        };
        /** An event: the channel before and after it, and whom it concerned */
        get: operations["operator-readEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-readEvent-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The channels of a workspace, now and at any time */
        get: operations["operator-channelsAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-channelsAt-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/channels/{channelId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        /** A channel, now and at any time */
        get: operations["operator-channelAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-channelAt-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/channels/{channelId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        /** Its members, now and at any time; of a public one they mean nothing */
        get: operations["operator-membersAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-membersAt-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/channels/{channelId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        /** All that happened to it */
        get: operations["operator-wholeHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-wholeHistory-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is connected, and where */
        get: operations["operator-listConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-listConnections-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/connections/{connectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                connectionId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a connection; its client comes back */
        delete: operations["operator-letConnectionGo"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator/projections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The read models: versions, lag, state */
        get: operations["operator-listProjections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-listProjections-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/projections/{projection}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        /** One of them, and its latest replay */
        get: operations["operator-getProjection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-getProjection-head"];
        patch?: never;
        trace?: never;
    };
    "/operator/projections/{projection}/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Build it anew beside the live one */
        post: operations["operator-rebuildProjection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator/projections/{projection}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare it with the log */
        post: operations["operator-verifyProjection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operator/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who serves the log, and what they complain of */
        get: operations["operator-listNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["operator-listNodes-head"];
        patch?: never;
        trace?: never;
    };
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All webhooks, and how far each has come */
        get: operations["listWebhooks"];
        put?: never;
        /** Have events sent to a URL, signed as Standard Webhooks say */
        post: operations["registerWebhook"];
        delete?: never;
        options?: never;
        /** The same as GET, without a body */
        head: operations["listWebhooks-head"];
        patch?: never;
        trace?: never;
    };
    "/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        /** A webhook, and how far it has come */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Send nothing to it any more, and forget it */
        delete: operations["removeWebhook"];
        options?: never;
        /** The same as GET, without a body */
        head: operations["getWebhook-head"];
        /** Change, pause, resume or replay a webhook, or give it a new secret */
        patch: operations["changeWebhook"];
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An event of the feed, or that the log was rewound
         * @description Signed as Standard Webhooks say, at least once, and in order for each channel.
         */
        post: operations["receiveEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * ChannelAnswer
         * @description The answer of `GET /operator/channels/{channelId}`.
         */
        ChannelAnswer: {
            state: components["schemas"]["ChannelState"] | null;
            /** @description it is as of here */
            position: number;
            /** @description the head of the log */
            head: number;
        };
        /**
         * ChannelState
         * @description A channel as of a position, with the first of its members. While it is public they are kept
         *         and mean nothing.
         */
        ChannelState: {
            channel: components["schemas"]["ChannelModel"];
            isDeleted: boolean;
            members: components["schemas"]["Member"][];
            memberCount: number;
        };
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
         * Member
         * @description A member of a private channel.
         */
        Member: {
            userId: string;
            role: components["schemas"]["MemberRole"];
        };
        /**
         * MemberRole
         * @description A member's role in a private channel.
         * @enum {unknown}
         */
        MemberRole: "admin" | "user";
        /**
         * ChannelHistory
         * @description The answer of `GET /operator/channels/{channelId}/history`: all of it, oldest first.
         */
        ChannelHistory: {
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
         * ChannelMembers
         * @description The answer of `GET /operator/channels/{channelId}/members`: in the order of user ids.
         */
        ChannelMembers: {
            members: components["schemas"]["Member"][];
            next: string | null;
            /** @description they are as of here */
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
         * ChannelsAt
         * @description The answer of `GET /operator/channels`: the channels of a workspace as of a position, oldest
         *         first.
         */
        ChannelsAt: {
            channels: components["schemas"]["ChannelModel"][];
            next: string | null;
            /** @description they are as of here */
            position: number;
            /** @description the head of the log */
            head: number;
        };
        /**
         * ConnectionPage
         * @description The answer of `GET /operator/connections`: node by node, of each the oldest first.
         */
        ConnectionPage: {
            connections: components["schemas"]["OpenConnection"][];
            next: string | null;
            /** @description up to where this node has delivered */
            position: number;
            silent: components["schemas"]["SilentNode"][];
        };
        /**
         * OpenConnection
         * @description A connection that is open. `state` is that of its session: connected (it has not
         *         authenticated), catching up, holding, live, expired.
         */
        OpenConnection: {
            /** @description its Engine.IO id */
            id: string;
            /** @description as `kanal nodes` shows it */
            nodeId: string;
            userId: string | null;
            /** @description the first 50 of them */
            workspaces: string[];
            workspaceCount: number;
            state: string;
            /** @description websocket or polling */
            transport: string;
            address: string;
            /**
             * Format: date-time
             * @description when this node got it
             */
            since: string;
            expiresAt: string | null;
            /** @description it has been sent all up to here that it may hear */
            position: number;
            /** @description what waits to be sent to it */
            waitingBytes: number;
            /** @description whether it takes part in connection state recovery */
            recovers: boolean;
        };
        /**
         * SilentNode
         * @description A node that has not answered, so that the answer is without what it knows.
         */
        SilentNode: {
            /** @description as `kanal nodes` shows it */
            nodeId: string;
            /** @description gone, or it does not know what is asked */
            why: string;
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
         * EventAnswer
         * @description The answer of `GET /operator/log/{position}`. `concerned` are the users whom it concerned, as
         *         far as they are members or known to the nodes, in the order of their ids; of a public channel
         *         all of the workspace hear, also those who are not there yet.
         */
        EventAnswer: {
            event: components["schemas"]["LogEntry"];
            before: components["schemas"]["ChannelState"] | null;
            after: components["schemas"]["ChannelState"] | null;
            said: components["schemas"]["Said"][];
            concerned: components["schemas"]["Concerned"][];
            next: string | null;
            memories: components["schemas"]["Memory"][];
            silent: components["schemas"]["SilentNode"][];
            /** @description the head of the log */
            position: number;
            log: string;
        };
        /**
         * LogEntry
         * @description One event as it is in the log. What is null is not said by the event, or cannot be read.
         */
        LogEntry: {
            /** @description place in the log */
            position: number;
            at: string | null;
            /** @description its topic, such as channel.created */
            type: string;
            /** @description its place in its stream */
            version: number;
            workspaceId: string | null;
            channelId: string | null;
            channelName: string | null;
            actorId: string | null;
            requestId: string | null;
            /** @description what it sets, by field */
            changes: {
                [key: string]: string | boolean | null;
            };
            /** @default null */
            unreadable?: string | null;
        };
        /**
         * Said
         * @description What an event says on the sockets, and to whom: to all of the workspace without `without`, or
         *         to `only` some of them; of either the number, since there may be many.
         */
        Said: {
            /** @description the socket event */
            event: string;
            reason: components["schemas"]["Reason"];
            only: number | null;
            without: number;
        };
        /**
         * Reason
         * @description Why an audience hears an emission.
         * @enum {unknown}
         */
        Reason: "appeared" | "lost" | "member" | "workspace";
        /**
         * Concerned
         * @description A user whom an event concerned, or about whom was asked.
         */
        Concerned: {
            userId: string;
            verdict: components["schemas"]["Verdict"];
            because: components["schemas"]["Because"] | null;
            reasons: components["schemas"]["Reason"][];
            /** @description the socket events, in their order */
            hears: string[];
            /** @description the most telling first, the latest first */
            connections: components["schemas"]["ConnectionOfUser"][];
            connectionCount: number;
            away: components["schemas"]["Away"] | null;
            /**
             * @description where one user is asked about
             * @default []
             */
            sight?: components["schemas"]["Sight"][];
        };
        /**
         * Verdict
         * @description What became of an event for one user, over all connections.
         * @enum {unknown}
         */
        Verdict: "away" | "came-later" | "left-out" | "not-concerned" | "not-connected" | "not-known" | "not-yet" | "seen-before" | "sent";
        /**
         * Because
         * @description Why an event was not for a user.
         * @enum {unknown}
         */
        Because: "lost-access" | "no-access" | "not-in-audience" | "other-workspaces" | "says-nothing";
        /**
         * ConnectionOfUser
         * @description A connection of a user, as it concerns one event. It was sent what the user could see in the
         *         workspace at positions beyond `from` and up to `upto`: that beyond `liveFrom` as it happened.
         */
        ConnectionOfUser: {
            /** @description its Engine.IO id */
            id: string;
            /** @description as `kanal nodes` shows it */
            nodeId: string;
            outcome: components["schemas"]["Outcome"];
            from: number | null;
            upto: number;
            liveFrom: number | null;
            transport: string | null;
            /** @description what waits to be sent: this may be a part of it */
            waitingBytes: number;
            endedAt: string | null;
            ended: components["schemas"]["End"] | null;
        };
        /**
         * Outcome
         * @description What became of an event on one connection.
         * @enum {unknown}
         */
        Outcome: "came-later" | "caught-up" | "ended-before" | "left-out" | "live" | "not-yet" | "other-log" | "other-workspaces" | "seen-before";
        /**
         * End
         * @description Why a session has ceased to speak for its user.
         * @enum {unknown}
         */
        End: "access-revoked" | "another-epoch" | "authenticated-anew" | "closed" | "left" | "let-go" | "moved" | "node-stopped" | "token-expired" | "too-slow";
        /**
         * Away
         * @description What a client is told that comes back with the latest position that the user was sent.
         */
        Away: {
            /** @description the latest position that was sent */
            since: number;
            /** @description whether it is sent what it has missed */
            recovered: boolean;
            because: string | null;
            /** @description whether this event is a part of it, as things are now */
            willHear: boolean;
        };
        /**
         * Sight
         * @description A user could see the channel from one position on, up to before another.
         */
        Sight: {
            /** @description place in the log */
            from: number;
            until: number | null;
        };
        /**
         * Memory
         * @description How far back a node remembers connections that have ended: those that were told anything
         *         beyond the position `from`.
         */
        Memory: {
            /** @description as `kanal nodes` shows it */
            nodeId: string;
            from: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            since: string;
            /** @description started, or forgot (it keeps so many) */
            because: string;
        };
        /**
         * FeedPage
         * @description The answer of `GET /log`: events in the order of the log.
         */
        FeedPage: {
            /** @description the id of the log that `position` belongs to */
            log: string;
            events: (components["schemas"]["ChannelCreatedEvent"] | components["schemas"]["ChannelUpdatedEvent"] | components["schemas"]["ChannelDeletedEvent"] | components["schemas"]["ChannelMemberAddedEvent"] | components["schemas"]["ChannelMemberRemovedEvent"])[];
            /** @description the log was looked through up to here: pass it as `after` to go on */
            position: number;
        };
        /**
         * ChannelCreatedEvent
         * @description A channel began, or its reader may see it from here on.
         */
        ChannelCreatedEvent: {
            /** @enum {unknown} */
            type: "channel.created";
            /** @enum {unknown} */
            specversion: "1.0";
            /** @description <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event */
            id: string;
            /** @description the log's first id, as a URN: it stays when the log is rewound */
            source: string;
            /** Format: uuid */
            subject: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            time: string;
            /** @enum {unknown} */
            datacontenttype: "application/json";
            dataschema: string;
            workspace: string;
            /** @description place in the log, as text: a CloudEvents Integer has 32 bits */
            position: string;
            /** @description who did it; left out where the reader is told less than all */
            actor?: string;
            /** @description of its append (W3C Trace Context) */
            traceparent?: string;
            data: components["schemas"]["CreatedData"];
        };
        /**
         * CreatedData
         * @description A channel that is there from here on, or that its reader may see from here on: `member` is
         *         then the reader, where they became a member of it.
         */
        CreatedData: {
            channel: components["schemas"]["ChannelModel"];
            member?: components["schemas"]["MemberModel"];
        };
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
         * ChannelUpdatedEvent
         * @description Fields of a channel changed.
         */
        ChannelUpdatedEvent: {
            /** @enum {unknown} */
            type: "channel.updated";
            /** @enum {unknown} */
            specversion: "1.0";
            /** @description <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event */
            id: string;
            /** @description the log's first id, as a URN: it stays when the log is rewound */
            source: string;
            /** Format: uuid */
            subject: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            time: string;
            /** @enum {unknown} */
            datacontenttype: "application/json";
            dataschema: string;
            workspace: string;
            /** @description place in the log, as text: a CloudEvents Integer has 32 bits */
            position: string;
            /** @description who did it; left out where the reader is told less than all */
            actor?: string;
            /** @description of its append (W3C Trace Context) */
            traceparent?: string;
            data: components["schemas"]["UpdatedData"];
        };
        /**
         * UpdatedData
         * @description A channel as it is after an update, and what it was before.
         */
        UpdatedData: {
            channel: components["schemas"]["ChannelModel"];
            previous: components["schemas"]["FormerFields"];
        };
        /**
         * FormerFields
         * @description The fields that an update has changed, with the values that they had before.
         */
        FormerFields: {
            name?: string;
            description?: string | null;
            isPrivate?: boolean;
        };
        /**
         * ChannelDeletedEvent
         * @description A channel ended, or its reader may not see it any more: the two look alike.
         */
        ChannelDeletedEvent: {
            /** @enum {unknown} */
            type: "channel.deleted";
            /** @enum {unknown} */
            specversion: "1.0";
            /** @description <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event */
            id: string;
            /** @description the log's first id, as a URN: it stays when the log is rewound */
            source: string;
            /** Format: uuid */
            subject: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            time: string;
            /** @enum {unknown} */
            datacontenttype: "application/json";
            dataschema: string;
            workspace: string;
            /** @description place in the log, as text: a CloudEvents Integer has 32 bits */
            position: string;
            /** @description who did it; left out where the reader is told less than all */
            actor?: string;
            /** @description of its append (W3C Trace Context) */
            traceparent?: string;
            data: components["schemas"]["GoneModel"];
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
         * ChannelMemberAddedEvent
         * @description A user became a member of a channel, or has another role in it.
         */
        ChannelMemberAddedEvent: {
            /** @enum {unknown} */
            type: "channel.member-added";
            /** @enum {unknown} */
            specversion: "1.0";
            /** @description <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event */
            id: string;
            /** @description the log's first id, as a URN: it stays when the log is rewound */
            source: string;
            /** Format: uuid */
            subject: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            time: string;
            /** @enum {unknown} */
            datacontenttype: "application/json";
            dataschema: string;
            workspace: string;
            /** @description place in the log, as text: a CloudEvents Integer has 32 bits */
            position: string;
            /** @description who did it; left out where the reader is told less than all */
            actor?: string;
            /** @description of its append (W3C Trace Context) */
            traceparent?: string;
            data: components["schemas"]["MemberAddedData"];
        };
        /**
         * MemberAddedData
         * @description A member of a channel with their role, and the one that they had before.
         */
        MemberAddedData: {
            channel: components["schemas"]["ChannelModel"];
            member: components["schemas"]["MemberModel"];
            /** @description null: was no member */
            previousRole: components["schemas"]["MemberRole"] | null;
        };
        /**
         * ChannelMemberRemovedEvent
         * @description A user is no member of a channel any more.
         */
        ChannelMemberRemovedEvent: {
            /** @enum {unknown} */
            type: "channel.member-removed";
            /** @enum {unknown} */
            specversion: "1.0";
            /** @description <log>:<position>, with the id of the log in which it was recorded: it is the same for ever, in every copy that has the event */
            id: string;
            /** @description the log's first id, as a URN: it stays when the log is rewound */
            source: string;
            /** Format: uuid */
            subject: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            time: string;
            /** @enum {unknown} */
            datacontenttype: "application/json";
            dataschema: string;
            workspace: string;
            /** @description place in the log, as text: a CloudEvents Integer has 32 bits */
            position: string;
            /** @description who did it; left out where the reader is told less than all */
            actor?: string;
            /** @description of its append (W3C Trace Context) */
            traceparent?: string;
            data: components["schemas"]["MemberRemovedData"];
        };
        /**
         * MemberRemovedData
         * @description Who is no member of a channel any more.
         */
        MemberRemovedData: {
            channel: components["schemas"]["ChannelModel"];
            member: components["schemas"]["FormerMemberModel"];
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
            console: string;
            openapi: string;
            asyncapi: string;
            ready: string;
            metrics: string;
        };
        /**
         * Health
         * @description The answer of the health routes: what is missing, nothing when all is well.
         *
         *         `building` names the read models of which an older version is read until they are there;
         *         `behind` tells of each read model how many positions of the log it does not reflect yet;
         *         `workers`, where several share the port, says of each whether it is ready; `stream`, where the
         *         log is to be followed from one, is "followed", or says why Postgres is followed.
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
            stream?: string;
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
         * LetGo
         * @description The answer of `DELETE /operator/connections/{connectionId}`: its client comes back.
         */
        LetGo: {
            /** @description its Engine.IO id */
            id: string;
            /** @description as `kanal nodes` shows it */
            nodeId: string;
        };
        /**
         * LogPage
         * @description The answer of `GET /operator/log`: events in the order of the log, and the stretch of
         *         positions in which they are all that was asked for; it is empty where `last` is below
         *         `first`.
         */
        LogPage: {
            events: components["schemas"]["LogEntry"][];
            /** @description pass it as `before` to go back */
            first: number;
            /** @description pass it as `after` to go on */
            last: number;
            /** @description positions beyond `after` that were left out, since `limit` takes the latest; where something is looked for, it need not be at all of them */
            passedOver: number;
            /** @description the head of the log */
            position: number;
            /** @description its id */
            log: string;
        };
        /**
         * MemberBody
         * @description The body of `PUT …/members/{userId}`; it may be missing.
         */
        MemberBody: {
            /** @default null */
            role?: components["schemas"]["MemberRole"] | null;
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
         * NewWebhookBody
         * @description The body of `POST /webhooks`. It is told what lies beyond `after`: without that, what happens
         *         from now on.
         */
        NewWebhookBody: {
            /**
             * Format: uri
             * @description https, or http where KANAL_WEBHOOK_NETWORKS has its address; without a user and a fragment
             */
            url: string;
            /** @default null */
            workspaces?: string[] | null;
            /** @default null */
            types?: ("channel.created" | "channel.deleted" | "channel.member-added" | "channel.member-removed" | "channel.updated")[] | null;
            /** @default null */
            description?: string | null;
            /** @default null */
            after?: number | string | null;
        };
        /**
         * NodeList
         * @description The answer of `GET /operator/nodes`: the oldest first.
         */
        NodeList: {
            nodes: components["schemas"]["NodeAnswer"][];
            head: number;
            log: string;
            silent: components["schemas"]["SilentNode"][];
        };
        /**
         * NodeAnswer
         * @description A node that serves the log. What it says of itself is null where it does not answer.
         */
        NodeAnswer: {
            /** @description as `kanal nodes` shows it */
            id: string;
            address: string | null;
            version: string;
            /** @description up to where it has delivered */
            position: number;
            connections: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            since: string;
            /** @description seconds since it said that it is there */
            silentFor: number;
            isThere: boolean;
            /** @description the one that has answered this */
            isAsked: boolean;
            missing: string[] | null;
            building: string[] | null;
            alarms: components["schemas"]["Alarm"][] | null;
            /**
             * @description older ones that are not kept
             * @default 0
             */
            alarmsDropped?: number;
        };
        /**
         * Alarm
         * @description Something that was logged as CRITICAL, such as that the log was rewound.
         */
        Alarm: {
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            at: string;
            message: string;
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
         * ProjectionAnswer
         * @description The answer of `GET /operator/projections/{projection}`.
         */
        ProjectionAnswer: {
            name: string;
            versions: components["schemas"]["ModelVersion"][];
            head: number;
            replay: components["schemas"]["Replay"] | null;
            /** @default [] */
            silent?: components["schemas"]["SilentNode"][];
        };
        /**
         * ModelVersion
         * @description One version of a read model. `lag` is in positions, `lagSeconds` since the recording of the
         *         first event that it does not reflect.
         */
        ModelVersion: {
            version: number;
            position: number | null;
            lag: number | null;
            lagSeconds: number;
            /** @description in words, as kanal replay --list has it */
            state: string;
        };
        /**
         * Replay
         * @description A rebuild or a verification that starts or runs, or the last that has, and on which node.
         */
        Replay: {
            kind: components["schemas"]["ReplayKind"];
            state: components["schemas"]["ReplayState"];
            /** @description as `kanal nodes` shows it */
            nodeId: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            startedAt: string;
            endedAt: string | null;
            /** @description how far it is */
            position: number;
            /** @description how far it is to come */
            head: number;
            error: string | null;
            differences: components["schemas"]["Differences"] | null;
        };
        /**
         * ReplayKind
         * @description What is done beside the live model.
         * @enum {unknown}
         */
        ReplayKind: "rebuild" | "verify";
        /**
         * ReplayState
         * @description How it goes on, or has ended.
         * @enum {unknown}
         */
        ReplayState: "done" | "failed" | "running" | "starting" | "stopped";
        /**
         * Differences
         * @description What a verification has found; `rows` are the first of those that differ.
         */
        Differences: {
            position: number;
            /** @description rows of the live model */
            compared: number;
            differing: number;
            rows: components["schemas"]["DifferingRow"][];
        };
        /**
         * DifferingRow
         * @description A row that only the live model has, or only the log says.
         */
        DifferingRow: {
            table: string;
            isLive: boolean;
            row: Record<string, never>;
        };
        /**
         * ProjectionList
         * @description The answer of `GET /operator/projections`.
         */
        ProjectionList: {
            projections: components["schemas"]["ProjectionAnswer"][];
            head: number;
            silent: components["schemas"]["SilentNode"][];
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
         * StreamEnd
         * @description The data of the event `end`, the last one of a stream: why it ends, as a request would be
         *         refused for it.
         */
        StreamEnd: {
            code: string;
            detail: string;
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
        /**
         * WebhookAnswer
         * @description A webhook, and how far it has come.
         */
        WebhookAnswer: {
            /** Format: uuid */
            id: string;
            url: string;
            workspaces: string[] | null;
            types: string[] | null;
            description: string | null;
            /** @description `paused` by an operator; `failing`: by the service, since it has failed for too long. Its position is kept */
            state: components["schemas"]["WebhookState"];
            /** @description the log that `position` belongs to */
            log: string;
            /** @description all up to here is delivered */
            position: number;
            /** @description events delivered beyond it */
            ahead: number;
            /** @description positions from there to the log's end */
            lag: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            createdAt: string;
            /** @description that have failed since the last that went well */
            attempts: number;
            failingSince: string | null;
            lastStatus: number | null;
            lastError: string | null;
            lastAttemptAt: string | null;
            nextAttemptAt: string | null;
            previousSecretUntil: string | null;
            /** @description `whsec_<base64>` (Standard Webhooks): in the answer that it was made for, and never again */
            secret?: string;
        };
        /**
         * WebhookState
         * @description Whether a webhook is sent to.
         * @enum {unknown}
         */
        WebhookState: "active" | "failing" | "paused";
        /**
         * WebhookList
         * @description The answer of `GET /webhooks`: all there are, the oldest first.
         */
        WebhookList: {
            webhooks: components["schemas"]["WebhookAnswer"][];
            /** @description the log's end */
            position: number;
        };
        /**
         * WebhookPatchBody
         * @description The body of `PATCH /webhooks/{webhookId}`: what is to be another, and nothing else is.
         */
        WebhookPatchBody: {
            /**
             * Format: uri
             * @description https, or http where KANAL_WEBHOOK_NETWORKS has its address; without a user and a fragment
             */
            url?: string;
            workspaces?: string[] | null;
            types?: ("channel.created" | "channel.deleted" | "channel.member-added" | "channel.member-removed" | "channel.updated")[] | null;
            description?: string | null;
            /** @description `active` also resumes a `failing` one */
            state?: components["schemas"]["WantedState"];
            /** @description it goes on with what lies beyond */
            after?: number | string;
            /**
             * @description true: it gets a new secret, which is answered; the one until now signs beside it for 24 hours
             * @default false
             */
            newSecret?: boolean;
        };
        /**
         * WantedState
         * @description What an operator can have a webhook be.
         * @enum {unknown}
         */
        WantedState: "active" | "paused";
        /**
         * LogRewoundEvent
         * @description Is sent to webhooks before anything else of a log that goes on as another one.
         */
        LogRewoundEvent: {
            /** @enum {unknown} */
            type: "log.rewound";
            /** @enum {unknown} */
            specversion: "1.0";
            /** @description <log>:rewound */
            id: string;
            /** @description the log's first id, as a URN: it stays when the log is rewound */
            source: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC, with microseconds
             */
            time: string;
            /** @enum {unknown} */
            datacontenttype: "application/json";
            dataschema: string;
            data: components["schemas"]["RewoundData"];
        };
        /**
         * RewoundData
         * @description The log goes on as `log`. What was told of it beyond `position` is gone, and may not have
         *         been anything; up to there it is as it was.
         */
        RewoundData: {
            /** @description the id of the log from here on */
            log: string;
            /** @description the last one that stays */
            position: number;
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken" | "too_many_channels";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "name_taken";
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
                        code: "invalid";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    readFeed: {
        parameters: {
            query?: {
                /** @description only what lies beyond this position, or beyond the event with this id; missing: all */
                after?: string;
                /** @description the log that the position belongs to, where `after` is no id; missing: this one */
                log?: string;
                limit?: number;
                /** @description of this one alone; missing: all that the token names, or with the scope kanal:read-log all there are */
                workspace?: string;
                /** @description of this type alone */
                type?: "channel.created" | "channel.deleted" | "channel.member-added" | "channel.member-removed" | "channel.updated";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "Cache-Control": string;
                    Vary: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedPage"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description what was read up to this position is no part of the log: it was rewound, or is another */
            410: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "position_gone";
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
                        code: "invalid";
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
    "readFeed-head": {
        parameters: {
            query?: {
                /** @description only what lies beyond this position, or beyond the event with this id; missing: all */
                after?: string;
                /** @description the log that the position belongs to, where `after` is no id; missing: this one */
                log?: string;
                limit?: number;
                /** @description of this one alone; missing: all that the token names, or with the scope kanal:read-log all there are */
                workspace?: string;
                /** @description of this type alone */
                type?: "channel.created" | "channel.deleted" | "channel.member-added" | "channel.member-removed" | "channel.updated";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    "Cache-Control": string;
                    Vary: string;
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
            /** @description what was read up to this position is no part of the log: it was rewound, or is another */
            410: {
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
    streamFeed: {
        parameters: {
            query?: {
                /** @description only what lies beyond this position, or beyond the event with this id; missing: all */
                after?: string;
                /** @description the log that the position belongs to, where `after` is no id; missing: this one */
                log?: string;
                /** @description of this one alone; missing: all that the token names, or with the scope kanal:read-log all there are */
                workspace?: string;
                /** @description of this type alone */
                type?: "channel.created" | "channel.deleted" | "channel.member-added" | "channel.member-removed" | "channel.updated";
            };
            header?: {
                /** @description the id of the last message that was read */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description what was read up to this position is no part of the log: it was rewound, or is another */
            410: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "position_gone";
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
                        code: "invalid";
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
    "streamFeed-head": {
        parameters: {
            query?: {
                /** @description only what lies beyond this position, or beyond the event with this id; missing: all */
                after?: string;
                /** @description the log that the position belongs to, where `after` is no id; missing: this one */
                log?: string;
                /** @description of this one alone; missing: all that the token names, or with the scope kanal:read-log all there are */
                workspace?: string;
                /** @description of this type alone */
                type?: "channel.created" | "channel.deleted" | "channel.member-added" | "channel.member-removed" | "channel.updated";
            };
            header?: {
                /** @description the id of the last message that was read */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    "Cache-Control": string;
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
            /** @description what was read up to this position is no part of the log: it was rewound, or is another */
            410: {
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "last_admin" | "not_private";
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
                        code: "invalid";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict" | "last_admin" | "not_private";
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
                        code: "invalid";
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-readLog": {
        parameters: {
            query?: {
                /** @description only what lies beyond this position */
                after?: number;
                /** @description only what comes before this position */
                before?: number;
                /** @description which events, where there are more than `limit` */
                take?: "latest" | "oldest";
                limit?: number;
                /** @description of this one alone */
                workspace?: string;
                /** @description of this one alone */
                channel?: string;
                /** @description of this user's doing alone */
                actor?: string;
                /** @description of this topic alone, such as channel.created */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPage"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-readLog-head": {
        parameters: {
            query?: {
                /** @description only what lies beyond this position */
                after?: number;
                /** @description only what comes before this position */
                before?: number;
                /** @description which events, where there are more than `limit` */
                take?: "latest" | "oldest";
                limit?: number;
                /** @description of this one alone */
                workspace?: string;
                /** @description of this one alone */
                channel?: string;
                /** @description of this user's doing alone */
                actor?: string;
                /** @description of this topic alone, such as channel.created */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-readEvent": {
        parameters: {
            query?: {
                /** @description this user alone, whether it concerned them or not */
                user?: string;
                limit?: number;
                /** @description the `next` of the page before */
                afterUser?: string;
            };
            header?: never;
            path: {
                position: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventAnswer"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-readEvent-head": {
        parameters: {
            query?: {
                /** @description this user alone, whether it concerned them or not */
                user?: string;
                limit?: number;
                /** @description the `next` of the page before */
                afterUser?: string;
            };
            header?: never;
            path: {
                position: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-channelsAt": {
        parameters: {
            query: {
                /** @description of which */
                workspace: string;
                /** @description as of this position of the log, not beyond its head; or of the last one that was recorded until this time; missing: now */
                at?: number | string;
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelsAt"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-channelsAt-head": {
        parameters: {
            query: {
                /** @description of which */
                workspace: string;
                /** @description as of this position of the log, not beyond its head; or of the last one that was recorded until this time; missing: now */
                at?: number | string;
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-channelAt": {
        parameters: {
            query?: {
                /** @description as of this position of the log, not beyond its head; or of the last one that was recorded until this time; missing: now */
                at?: number | string;
            };
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelAnswer"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-channelAt-head": {
        parameters: {
            query?: {
                /** @description as of this position of the log, not beyond its head; or of the last one that was recorded until this time; missing: now */
                at?: number | string;
            };
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-membersAt": {
        parameters: {
            query?: {
                /** @description as of this position of the log, not beyond its head; or of the last one that was recorded until this time; missing: now */
                at?: number | string;
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelMembers"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-membersAt-head": {
        parameters: {
            query?: {
                /** @description as of this position of the log, not beyond its head; or of the last one that was recorded until this time; missing: now */
                at?: number | string;
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-wholeHistory": {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelHistory"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-wholeHistory-head": {
        parameters: {
            query?: {
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path: {
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-listConnections": {
        parameters: {
            query?: {
                /** @description of this one alone */
                node?: string;
                /** @description of this one alone */
                user?: string;
                /** @description of this one alone */
                workspace?: string;
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionPage"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
                        code: "invalid";
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
    "operator-listConnections-head": {
        parameters: {
            query?: {
                /** @description of this one alone */
                node?: string;
                /** @description of this one alone */
                user?: string;
                /** @description of this one alone */
                workspace?: string;
                limit?: number;
                /** @description the `next` of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-letConnectionGo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetGo"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    "operator-listProjections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectionList"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    "operator-listProjections-head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-getProjection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectionAnswer"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    "operator-getProjection-head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    "operator-rebuildProjection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict";
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
    "operator-verifyProjection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "conflict";
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
    "operator-listNodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeList"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    "operator-listNodes-head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    registerWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhookBody"];
            };
        };
        responses: {
            /** @description Registered, with its secret */
            201: {
                headers: {
                    "Cache-Control": string;
                    Location: string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAnswer"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description conflict: the name is taken, somebody else has just changed the same, the channel is public and has no members, it would be left without an admin, the workspace has as many channels as it may have, there are as many webhooks, or a replay of the read model is running */
            409: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "too_many_webhooks";
                    } & WithRequired<components["schemas"]["Problem"], "code">;
                };
            };
            /** @description what was read up to this position is no part of the log: it was rewound, or is another */
            410: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "position_gone";
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
                        code: "invalid";
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
    "listWebhooks-head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAnswer"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    removeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    "Cache-Control": string;
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
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
    "getWebhook-head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    "Cache-Control": string;
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
    changeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatchBody"];
            };
        };
        responses: {
            /** @description As it is then, with a new secret where it has got one */
            200: {
                headers: {
                    "Cache-Control": string;
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAnswer"];
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
                        code: "token_missing" | "token_invalid" | "token_expired" | "access_revoked";
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
                        code: "forbidden";
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
            /** @description what was read up to this position is no part of the log: it was rewound, or is another */
            410: {
                headers: {
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {string} */
                        code: "position_gone";
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
                        code: "invalid";
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
    receiveEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description the id of the event, the same at each attempt */
                "webhook-id": string;
                /** @description when the attempt was made: Unix time, seconds */
                "webhook-timestamp": string;
                /** @description v1,<base64> of HMAC-SHA256 over id, timestamp and body, joined by dots; several, separated by spaces, while a secret is rolled over */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["ChannelCreatedEvent"] | components["schemas"]["ChannelUpdatedEvent"] | components["schemas"]["ChannelDeletedEvent"] | components["schemas"]["ChannelMemberAddedEvent"] | components["schemas"]["ChannelMemberRemovedEvent"] | components["schemas"]["LogRewoundEvent"];
            };
        };
        responses: {
            /** @description Nothing more is to come */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has come, and need not come again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is to come again; Retry-After is heeded */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};
