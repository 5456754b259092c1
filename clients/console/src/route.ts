/** The place within the page, as its fragment says it: `#/channels/ID?at=12`. */
import { Store, useStore } from "./store.ts";

export interface Route {
  readonly page: string;
  readonly rest: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page = "", ...rest] = path.split("/").map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
  return { page: page || "log", rest, query: Object.fromEntries(new URLSearchParams(query)) };
}

export const route = new Store(parse(location.hash));

addEventListener("hashchange", () => route.set(parse(location.hash)));

export const useRoute = (): Route => useStore(route);

/** The address of a place. What is empty is left out. */
export function to(
  path: readonly (string | number)[],
  query: Record<string, string | number | null | undefined> = {},
): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== "" && value !== null && value !== undefined,
  );
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `#/${path.map((segment) => encodeURIComponent(segment)).join("/")}${text && `?${text}`}`;
}

/** Go there; with `replace`, without an entry of the browser's history. */
export function go(address: string, replace = false): void {
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, "", address);
  route.set(parse(address));
}
