export const STDERR_LINES_MAX = 50;
/** FFmpeg's own lines are under 200 characters; a flood without line ends must not grow. */
const LINE_CHARS_MAX = 500;

/** The last lines of a child's stderr. Older ones are dropped, long ones are cut. */
export class StderrTail {
  readonly #lines: string[] = [];
  readonly #decoder = new TextDecoder();
  #open = '';

  push(bytes: Uint8Array): void {
    const pieces = this.#decoder.decode(bytes, { stream: true }).split(/\r\n|\n|\r/);
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      this.#add(this.#open + piece);
      this.#open = '';
    }
    this.#open = (this.#open + last).slice(0, LINE_CHARS_MAX);
  }

  /** Oldest first, the unfinished one included. */
  lines(): readonly string[] {
    return this.#open.trim() === '' ? [...this.#lines] : [...this.#lines, this.#open].slice(-STDERR_LINES_MAX);
  }

  #add(line: string): void {
    if (line.trim() === '') return;
    this.#lines.push(line.slice(0, LINE_CHARS_MAX));
    if (this.#lines.length > STDERR_LINES_MAX) this.#lines.shift();
  }
}
