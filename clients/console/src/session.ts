/** Who is signed in: the token of this tab, and how it comes and goes.
 *
 * It is kept in `sessionStorage`, which ends with the tab, and is sent in the `Authorization` header alone. A
 * duplicated tab has a copy of its own. */
import { base } from "./base.ts";
import { go } from "./route.ts";
import { Store } from "./store.ts";

const KEY = "kanal-console-token";

export const token = new Store<string | null>(sessionStorage.getItem(KEY));

/** Why there is no token any more, in words; null where there was none. */
export const goodbye = new Store<string | null>(null);

export function signIn(given: string): void {
  sessionStorage.setItem(KEY, given);
  goodbye.set(null);
  token.set(given);
}

export function signOut(why: string): void {
  sessionStorage.removeItem(KEY);
  goodbye.set(why);
  token.set(null);
}

/** Use the code in the address, if there is one, and take it out there at once. */
export async function signInWithLink(): Promise<void> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
  if (code === undefined) return;
  go("#/log", true);
  try {
    const response = await fetch(new URL("console/sign-in", base), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if (response.ok) signIn(((await response.json()) as { token: string }).token);
    else if (token.get() === null) goodbye.set("This link is not good any more: it signs in once.");
  } catch {
    if (token.get() === null)
      goodbye.set("The service could not be reached, so the link did not sign in.");
  }
}
