/** Texts that cost more to write than to keep. When they are too many, those go that were not asked for the longest. */
export class TextCache {
  readonly #charsMax: number;
  readonly #texts = new Map<string, string>();
  #chars = 0;

  /** @param charsMax of all texts together; a longer one is not kept. */
  constructor(charsMax: number) {
    this.#charsMax = charsMax;
  }

  /** Of the texts that are kept. */
  get chars(): number {
    return this.#chars;
  }

  /** The text of that name; it is written if it is not there. A name must stand for one text only. */
  get(name: string, write: () => string): string {
    const kept = this.#texts.get(name);
    const text = kept ?? write();
    if (text.length > this.#charsMax) return text;
    if (kept !== undefined) this.#texts.delete(name);
    else this.#chars += text.length;
    this.#texts.set(name, text);
    for (const [oldest, { length }] of this.#texts) {
      if (this.#chars <= this.#charsMax) break;
      this.#texts.delete(oldest);
      this.#chars -= length;
    }
    return text;
  }
}
