/** The application's access tokens: asked for with each connection, and when one is refused. */
export class Tokens {
  #latest: Promise<string> | null = null;
  /** The last one that the application has given; null before there is one. */
  known: string | null = null;

  constructor(readonly ask: () => string | Promise<string>) {}

  /** The latest one; rejects with what the application throws, and then asks anew the next time. */
  current(): Promise<string> {
    return this.#latest ?? this.fresh();
  }

  /** Asks the application, whatever it gave before. */
  fresh(): Promise<string> {
    const asked = (async () => (await this.ask()).trim())(); // a file ends with a new line
    this.#latest = asked;
    asked.then(
      (token) => (this.known = token),
      () => {
        if (this.#latest === asked) this.#latest = null;
      },
    );
    return asked;
  }

  /** One in the place of a token that was refused, of which others may have heard first. */
  async insteadOf(refused: string): Promise<string> {
    const latest = await this.current();
    return latest === refused ? this.fresh() : latest;
  }
}
