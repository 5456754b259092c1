/** Small parts that several pages show. */
import type { ComponentChildren } from "preact";
import type { SilentNode } from "./types.ts";
import { list, when } from "./words.ts";

export function Heading({ children }: { children: ComponentChildren }) {
  return <h1 tabIndex={-1}>{children}</h1>;
}

export function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{when(at)}</time>;
}

/** Terms and what they are. What is null is left out. */
export function Facts({ of }: { of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of.map(([term, value]) =>
        value === null || value === undefined ? null : (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

export function Trouble({ text }: { text: string | null }) {
  return text === null ? null : (
    <p class="trouble" role="alert">
      {text}
    </p>
  );
}

export function Loading({ what }: { what: string }) {
  return <p class="faint">Asking for {what} …</p>;
}

/** That an answer is without what some nodes know. */
export function Silent({ nodes }: { nodes: readonly SilentNode[] }) {
  if (nodes.length === 0) return null;
  return (
    <p class="notice">
      Without what {list(nodes.map((node) => `node ${node.nodeId} (${node.why})`))} may know:{" "}
      {nodes.length === 1 ? "it has" : "they have"} not answered.
    </p>
  );
}

export type Tone = "good" | "bad" | "warn" | "plain";

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A text field of a form of filters. */
export function Field(props: {
  name: string;
  label: string;
  value: string | undefined;
  hint?: string;
  options?: readonly string[];
}) {
  const { name, label, value, hint, options } = props;
  return (
    <div class="field">
      <label for={`field-${name}`}>{label}</label>
      <input
        id={`field-${name}`}
        name={name}
        defaultValue={value ?? ""}
        key={value ?? ""}
        placeholder={hint}
        autocomplete="off"
        spellcheck={false}
        list={options ? `options-${name}` : undefined}
      />
      {options && (
        <datalist id={`options-${name}`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </div>
  );
}

/** What a form holds, by name, without the white space around it. */
export function fields(event: SubmitEvent): Record<string, string> {
  event.preventDefault();
  const data = new FormData(event.currentTarget as HTMLFormElement);
  return Object.fromEntries([...data].map(([name, value]) => [name, String(value).trim()]));
}
