/** The read models: their versions, how far each is, and building one anew or comparing it with the log. */
import { useState } from "preact/hooks";
import { ask, send } from "../api.ts";
import { Confirm, type Question } from "../confirm.tsx";
import { Badge, Heading, Loading, Silent, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import type { ProjectionAnswer, ProjectionList } from "../types.ts";
import { count, many } from "../words.ts";
import { isGoingOn, LatestReplay } from "./replay.tsx";

const EVERY = 2000;
const EVERY_WHILE_RUNNING = 500;

export function ProjectionsPage() {
  const [isBusy, setBusy] = useState(false);
  const load = async (signal: AbortSignal) => {
    const found = await ask<ProjectionList>("operator/projections", {}, signal);
    setBusy(found.projections.some(({ replay }) => replay !== null && isGoingOn(replay)));
    return found;
  };
  const { data, trouble, again } = usePolled(load, [], isBusy ? EVERY_WHILE_RUNNING : EVERY);
  const [question, setQuestion] = useState<Question | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const done = (answer: string | null) => {
    setQuestion(null);
    setTold(answer);
    again();
  };
  return (
    <>
      <Heading>Projections</Heading>
      <p>
        Each is a read model that is made of the log alone, so it can be built anew beside the live
        one, and compared with it. Nothing of that reaches a socket.
      </p>
      <div role="status">{told !== null && <p class="notice">{told}</p>}</div>
      <Trouble text={trouble} />
      {data === null ? (
        trouble === null && <Loading what="the projections" />
      ) : (
        <>
          <Silent nodes={data.silent} />
          <ul class="cards wide">
            {data.projections.map((each) => (
              <li key={each.name}>
                <Projection of={each} ask={(kind) => setQuestion(replaying(each.name, kind))} />
              </li>
            ))}
          </ul>
        </>
      )}
      {question !== null && <Confirm question={question} done={done} />}
    </>
  );
}

type Kind = "rebuild" | "verify";

function replaying(name: string, kind: Kind): Question {
  const isRebuild = kind === "rebuild";
  return {
    title: isRebuild ? `Build ${name} anew?` : `Compare ${name} with the log?`,
    verb: isRebuild ? "Rebuild" : "Verify",
    children: (
      <p>
        {isRebuild
          ? `${name} is built of the whole log beside the live model, which answers meanwhile ` +
            "and is replaced at the end."
          : `${name} is built of the whole log beside the live model, and the rows of both are ` +
            "compared. Nothing is changed."}
      </p>
    ),
    act: async () => {
      await send("POST", `operator/projections/${encodeURIComponent(name)}/${kind}`);
      return `${isRebuild ? "The rebuild" : "The verification"} of ${name} has begun.`;
    },
  };
}

function Projection({
  of: { name, versions, replay },
  ask: begin,
}: {
  of: ProjectionAnswer;
  ask: (kind: Kind) => void;
}) {
  const isRunning = replay !== null && isGoingOn(replay);
  return (
    <section aria-labelledby={`projection-${name}`}>
      <div class="with-action">
        <h2 id={`projection-${name}`}>{name}</h2>
        <span class="actions">
          <button type="button" disabled={isRunning} onClick={() => begin("rebuild")}>
            Rebuild<span class="visually-hidden"> {name}</span> …
          </button>
          <button type="button" disabled={isRunning} onClick={() => begin("verify")}>
            Verify<span class="visually-hidden"> {name}</span> …
          </button>
        </span>
      </div>
      <ul class="plain">
        {versions.map(({ version, position, lag, lagSeconds, state }) => (
          <li key={version}>
            Version {version}{" "}
            <Badge tone={state.startsWith("served") ? "good" : "warn"}>{state}</Badge>{" "}
            {position === null
              ? "not built yet"
              : `at position ${count(position)}, ${lag === 0 ? "level with the log" : `${many(lag ?? 0, "event")} and ${lagSeconds.toFixed(1)} s behind`}`}
          </li>
        ))}
      </ul>
      {replay !== null && <LatestReplay replay={replay} name={name} />}
    </section>
  );
}
