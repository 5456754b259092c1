/** kanal-client: the channels of a Kanal workspace, kept level with the service. */
export { type Channels, connect, type Settings } from "./client.js";
export type {
  AddOptions,
  ChangeOptions,
  ChannelChanges,
  CreateOptions,
  HistoryEntry,
  Member,
  MemberRole,
  NewChannel,
  Options,
} from "./commands.js";
export type { SocketSettings } from "./connection.js";
export { type Code, KanalError } from "./errors.js";
export type { Refusals } from "./generated/errors.js";
export type { Channel, State, Status } from "./state.js";
export type { Listener } from "./store.js";
