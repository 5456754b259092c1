/** The audience of an event: each user with the reason, and with what became of it. */
import { Badge } from "../parts.tsx";
import { to } from "../route.ts";
import type { EventAnswer } from "../types.ts";
import { explain, VERDICTS, why } from "./explain.ts";

export function WhoHeard({
  answer,
  position,
  user,
}: {
  answer: EventAnswer;
  position: number;
  user: string | undefined;
}) {
  if (answer.concerned.length === 0) {
    return answer.said.length === 0 ? null : <p>Nobody that the nodes know was to hear it.</p>;
  }
  return (
    <>
      <ul class="cards">
        {answer.concerned.map((each) => {
          const [tone, text] = VERDICTS[each.verdict];
          return (
            <li key={each.userId}>
              <p>
                <a
                  href={to(["log", position], { user: each.userId })}
                  aria-current={each.userId === user}
                >
                  <bdi>{each.userId}</bdi>
                </a>{" "}
                <Badge tone={tone}>{text}</Badge>
              </p>
              <p class="small">{explain(each, answer)[0]}</p>
              {each.reasons.length > 0 && (
                <p class="small faint">Why: {why(each.reasons)}.</p>
              )}
            </li>
          );
        })}
      </ul>
      {answer.next !== null && (
        <a href={to(["log", position], { user, afterUser: answer.next })}>More of them</a>
      )}
    </>
  );
}
