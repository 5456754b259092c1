/** Where events are sent, and how far that has come; pausing a webhook, resuming it, and sending again. */
import { useState } from "preact/hooks";
import { ask, send } from "../api.ts";
import { Confirm, type Question } from "../confirm.tsx";
import { Heading, Loading, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import { shown } from "../said.tsx";
import type { WebhookAnswer, WebhookList } from "../types.ts";
import { count } from "../words.ts";
import { title, Webhook } from "./webhook.tsx";

const EVERY = 2000;

export function WebhooksPage() {
  const load = (signal: AbortSignal) => ask<WebhookList>("webhooks", {}, signal);
  const { data, trouble, again } = usePolled(load, [], EVERY);
  const [question, setQuestion] = useState<Question | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const done = (answer: string | null) => {
    setQuestion(null);
    setTold(answer);
    again();
  };
  return (
    <>
      <Heading>Webhooks</Heading>
      <p>
        Each is sent the events of the log, in the order of each channel, from its position on. They
        are registered with <code>kanal webhooks add</code>.
      </p>
      <div role="status">{told !== null && <p class="notice">{told}</p>}</div>
      <Trouble text={trouble} />
      {data === null ? (
        trouble === null && <Loading what="the webhooks" />
      ) : data.webhooks.length === 0 ? (
        <p>There are none.</p>
      ) : (
        <ul class="cards wide">
          {data.webhooks.map((each) => (
            <li key={each.id}>
              <Webhook
                of={each}
                pause={() => setQuestion(pausing(each))}
                resume={() => setQuestion(resuming(each))}
                replay={() => setQuestion(replaying(each))}
              />
            </li>
          ))}
        </ul>
      )}
      {question !== null && <Confirm question={question} done={done} />}
    </>
  );
}

const change = (webhook: WebhookAnswer, body: unknown) =>
  send<WebhookAnswer>("PATCH", `webhooks/${encodeURIComponent(webhook.id)}`, body);

function pausing(webhook: WebhookAnswer): Question {
  return {
    title: "Pause this webhook?",
    verb: "Pause",
    children: (
      <p>
        Nothing is sent to {shown(title(webhook))} until it is resumed. It then goes on where it
        was: nothing is lost.
      </p>
    ),
    act: async () => {
      const { position } = await change(webhook, { state: "paused" });
      return `The webhook is paused at position ${count(position)}.`;
    },
  };
}

function resuming(webhook: WebhookAnswer): Question {
  return {
    title: "Resume this webhook?",
    verb: "Resume",
    children: (
      <p>
        All that happened beyond position {count(webhook.position)} is sent to{" "}
        {shown(title(webhook))}.
      </p>
    ),
    act: async () => {
      const { position } = await change(webhook, { state: "active" });
      return `The webhook goes on from position ${count(position)}.`;
    },
  };
}

function replaying(webhook: WebhookAnswer): Question {
  let after = "";
  return {
    title: "Send from another position?",
    verb: "Replay",
    children: (
      <>
        <p>
          All that happened beyond the position is sent to {shown(title(webhook))}, once more or for
          the first time; 0 is the whole log.
        </p>
        <div class="field">
          <label for="replay-after">After position</label>
          <input
            id="replay-after"
            inputMode="numeric"
            autocomplete="off"
            placeholder={String(webhook.position)}
            onInput={(event) => (after = event.currentTarget.value.trim())}
          />
        </div>
      </>
    ),
    act: async () => {
      const body = { after: after || String(webhook.position), state: "active" };
      const { position } = await change(webhook, body);
      return `The webhook goes on from position ${count(position)}.`;
    },
  };
}
