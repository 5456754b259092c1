/** Sentences with what users have named in them, which cannot be taken for more of the sentence. */
import type { ComponentChildren } from "preact";

/** An id or a name, as it stands in a sentence: bold, and with a direction of writing of its own. */
export const shown = (name: string): ComponentChildren => (
  <b>
    <bdi>{name}</bdi>
  </b>
);

/** The tag of a template that is a sentence. */
export const said = (
  texts: TemplateStringsArray,
  ...parts: readonly ComponentChildren[]
): ComponentChildren => texts.map((text, place) => [text, parts[place]]);
