/** One webhook: its state, how far it has come, and what failed last. */
import { Badge, Facts, Moment, type Tone } from "../parts.tsx";
import type { WebhookAnswer } from "../types.ts";
import { count, list, many } from "../words.ts";

/** What it is called: the beginning of its description, or the host that it is sent to. */
export function title({ description, url }: WebhookAnswer): string {
  const [first = ""] = (description ?? "").trim().split("\n");
  return first.slice(0, 80) || (URL.canParse(url) ? new URL(url).host : url);
}

export function Webhook({
  of: webhook,
  pause,
  resume,
  replay,
}: {
  of: WebhookAnswer;
  pause: () => void;
  resume: () => void;
  replay: () => void;
}) {
  const { id, url, state, position, lag, ahead, workspaces, types } = webhook;
  const [tone, text] = shownAs(webhook);
  const name = <span class="visually-hidden"> {title(webhook)}</span>;
  return (
    <section aria-labelledby={`webhook-${id}`}>
      <div class="with-action">
        <h2 id={`webhook-${id}`}>
          <bdi>{title(webhook)}</bdi>
        </h2>
        <span class="actions">
          {state === "active" ? (
            <button type="button" onClick={pause}>
              Pause{name} …
            </button>
          ) : (
            <button type="button" onClick={resume}>
              Resume{name} …
            </button>
          )}
          <button type="button" onClick={replay}>
            Replay{name} …
          </button>
        </span>
      </div>
      <p>
        <Badge tone={tone}>{text}</Badge> at position {count(position)},{" "}
        {lag === 0 ? "level with the log" : `${many(lag, "position")} behind`}
        {ahead > 0 && `, ${many(ahead, "event")} beyond it delivered`}
      </p>
      <Facts
        of={[
          ["Sent to", <code><bdi>{url}</bdi></code>],
          ["Workspaces", <bdi>{workspaces === null ? "all" : list(workspaces)}</bdi>],
          ["Events", types === null ? "all" : list(types)],
          ["Last error", webhook.lastError],
          [
            "Failing since",
            webhook.failingSince === null ? null : (
              <>
                <Moment at={webhook.failingSince} />, {many(webhook.attempts, "attempt")}
              </>
            ),
          ],
          ["Next attempt", moment(state === "active" ? webhook.nextAttemptAt : null)],
          ["Last attempt", moment(webhook.lastAttemptAt)],
          ["Two secrets until", moment(webhook.previousSecretUntil)],
          ["Id", <code>{id}</code>],
        ]}
      />
    </section>
  );
}

function shownAs({ state, attempts }: WebhookAnswer): readonly [Tone, string] {
  switch (state) {
    case "active":
      return attempts === 0 ? ["good", "active"] : ["warn", "active, tries again"];
    case "paused":
      return ["plain", "paused by an operator"];
    case "failing":
      return ["bad", "paused, because it kept failing"];
  }
}

const moment = (at: string | null) => (at === null ? null : <Moment at={at} />);
