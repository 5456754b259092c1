/** Workspaces to choose from: those of the latest events, and of who is connected. */
import { ask } from "../api.ts";
import type { ConnectionPage, LogPage } from "../types.ts";

export async function knownWorkspaces(signal: AbortSignal): Promise<string[]> {
  const [page, connected] = await Promise.all([
    ask<LogPage>("operator/log", { limit: 200 }, signal),
    ask<ConnectionPage>("operator/connections", { limit: 200 }, signal),
  ]);
  const found = new Set(connected.connections.flatMap(({ workspaces }) => workspaces));
  for (const { workspaceId } of page.events) if (workspaceId !== null) found.add(workspaceId);
  return [...found].sort().slice(0, 50);
}
