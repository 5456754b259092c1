/** Signing in: an operator's token, pasted, and asked about before it is kept. */
import { useState } from "preact/hooks";
import { base } from "./base.ts";
import { goodbye, signIn } from "./session.ts";
import { useStore } from "./store.ts";

const COMMAND = "kanal token --user olga --scope kanal:operate";

export function SignIn() {
  const why = useStore(goodbye);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem(
      "token",
    ) as HTMLInputElement;
    // Quoted, or as `make run` prints one for a shell.
    const given = input.value
      .trim()
      .replace(/^(TOKEN=|Bearer )/, "")
      .replace(/^"(.*)"$/, "$1");
    setAsking(true);
    setTrouble(null);
    const found = await check(given);
    setAsking(false);
    if (found === null) signIn(given);
    else setTrouble(found);
  };
  return (
    <div class="sign-in">
      <h1 tabIndex={-1}>Sign in</h1>
      {why !== null && (
        <p class="notice" role="status">
          {why}
        </p>
      )}
      <form onSubmit={submit}>
        <label for="token">An operator's access token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          autofocus
          aria-describedby="about-token"
          aria-invalid={trouble !== null}
        />
        {trouble !== null && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <button type="submit" disabled={isAsking}>
          Sign in
        </button>
      </form>
      <div id="about-token">
        <p>
          It must have <code>kanal:operate</code> in its <code>scope</code>. Where the service signs
          tokens itself, this prints one:
        </p>
        <pre tabIndex={0}>{COMMAND}</pre>
        <p>It is kept in this tab, until the tab is closed or you sign out, and is nowhere else.</p>
      </div>
    </div>
  );
}

/** Why a token is no good, in words; null if it is. */
async function check(given: string): Promise<string | null> {
  // A header cannot hold more, and no token does.
  if (!/^[\x21-\x7e]+$/.test(given))
    return "This is no access token: it holds other characters than one has.";
  try {
    const headers = { Authorization: `Bearer ${given}` };
    const response = await fetch(new URL("operator/nodes", base), { headers, cache: "no-store" });
    // Read in any case: a browser holds on to an answer that nobody reads.
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
    if (response.ok) return null;
    return `The service does not take this token: ${detail ?? response.status}.`;
  } catch {
    return "The service does not answer. Try again.";
  }
}
