/** The answers of the service, by the names of its document: `make client-types` makes them of it. */
import type { components } from "../../javascript/src/generated/openapi.ts";

type Schemas = components["schemas"];

export type LogPage = Schemas["LogPage"];
export type LogEntry = Schemas["LogEntry"];
export type EventAnswer = Schemas["EventAnswer"];
export type Concerned = Schemas["Concerned"];
export type ConnectionOfUser = Schemas["ConnectionOfUser"];
export type ChannelState = Schemas["ChannelState"];
export type ChannelModel = Schemas["ChannelModel"];
export type ChannelsAt = Schemas["ChannelsAt"];
export type ChannelAnswer = Schemas["ChannelAnswer"];
export type ChannelHistory = Schemas["ChannelHistory"];
export type ChannelMembers = Schemas["ChannelMembers"];
export type ConnectionPage = Schemas["ConnectionPage"];
export type OpenConnection = Schemas["OpenConnection"];
export type SilentNode = Schemas["SilentNode"];
export type Memory = Schemas["Memory"];
export type NodeList = Schemas["NodeList"];
export type NodeAnswer = Schemas["NodeAnswer"];
export type Alarm = Schemas["Alarm"];
export type ProjectionList = Schemas["ProjectionList"];
export type ProjectionAnswer = Schemas["ProjectionAnswer"];
export type Replay = Schemas["Replay"];
export type Differences = Schemas["Differences"];
export type WebhookList = Schemas["WebhookList"];
export type WebhookAnswer = Schemas["WebhookAnswer"];
