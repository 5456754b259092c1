/** A question that must be answered before something is done that cannot be taken back. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Question {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly verb: string;
  readonly act: () => Promise<string>;
}

/** The dialog for a question; what `act` answers, or why it failed, is handed to `done`. */
export function Confirm({
  question,
  done,
}: {
  question: Question;
  done: (told: string | null) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isActing, setActing] = useState(false);
  // What was clicked has the focus again once the dialog is closed: the browser sees to it.
  useEffect(() => dialog.current?.showModal(), []);
  const act = async () => {
    setActing(true);
    const told = await question
      .act()
      .catch(
        (error: unknown) => `It was not done. ${error instanceof Error ? error.message : error}`,
      );
    dialog.current?.close();
    done(told);
  };
  return (
    <dialog ref={dialog} aria-labelledby="question" onCancel={() => done(null)}>
      <h2 id="question">{question.title}</h2>
      {question.children}
      <div class="actions">
        <button type="button" class="danger" disabled={isActing} onClick={act}>
          {question.verb}
        </button>
        <button
          type="button"
          disabled={isActing}
          autofocus
          onClick={() => (dialog.current?.close(), done(null))}
        >
          Leave it
        </button>
      </div>
    </dialog>
  );
}
