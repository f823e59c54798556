import { ExportError } from './export-error.ts';
import type { ExportReader, ExportSegment, OpenedSegment } from './export-source.ts';
import type { ExportStep, TrackKind } from './export-steps.ts';
import { readTrackInit, type TrackInit } from './track-init.ts';

/**
 * Files that are open at once, the one that is read among them: enough that nobody waits for a bucket that takes 100 ms to
 * answer, and less than the six requests that a Worker may have under way (Workers, Limits, Simultaneous open connections).
 */
const FILES_OPEN_MAX = 4;
/** Init segments that are remembered, each a kilobyte or two: more than a broadcast has seams that anybody would watch. */
const INITS_MAX = 256;

/** A step of an export whose media is at hand. */
export type ReadyStep =
  | { readonly kind: 'end'; readonly endTicks: number }
  | (Extract<ExportStep, { kind: TrackKind }> & { readonly init: TrackInit; readonly opened: OpenedSegment });

/** Opens the files of an export in order, a few before they are read. */
export class ReadAhead {
  readonly #steps: Iterator<ExportStep>;
  readonly #reader: ExportReader;
  readonly #inits = new Map<string, Promise<TrackInit>>();
  /** From the next one on. */
  readonly #opening: Promise<ReadyStep>[] = [];
  #current: ReadyStep | undefined;

  constructor(steps: Iterator<ExportStep>, reader: ExportReader) {
    this.#steps = steps;
    this.#reader = reader;
  }

  /** Opens the first few, and throws where one of them cannot be. */
  async begin(): Promise<void> {
    this.#openMore();
    await Promise.all(this.#opening);
  }

  /** To be called when the step before has been read; `undefined`: there is no more. */
  async next(): Promise<ReadyStep | undefined> {
    this.#openMore();
    this.#current = await this.#opening.shift();
    return this.#current;
  }

  /** Lets go of everything that is open. */
  async close(): Promise<void> {
    if (this.#current !== undefined) await discard(this.#current);
    await Promise.all(this.#opening.splice(0).map((opening) => opening.then(discard, () => undefined)));
  }

  #openMore(): void {
    while (this.#opening.length < FILES_OPEN_MAX) {
      const step = this.#steps.next();
      if (step.done === true) return;
      const opening = this.#ready(step.value);
      // Its error is told to whoever gets as far as this step.
      opening.catch(() => undefined);
      this.#opening.push(opening);
    }
  }

  async #ready(step: ExportStep): Promise<ReadyStep> {
    if (step.kind === 'end') return step;
    const { segment, kind } = step;
    const [init, opened] = await Promise.all([this.#init(segment, kind), this.#reader.openSegment(segment, 0)]);
    return { ...step, init, opened };
  }

  #init({ renditionId, initVersion }: ExportSegment, kind: TrackKind): Promise<TrackInit> {
    const name = `${renditionId}/${initVersion}`;
    const known = this.#inits.get(name);
    if (known !== undefined) return known;
    if (this.#inits.size === INITS_MAX) throw new ExportError('too-many-inits', `more than ${INITS_MAX} init segments`);
    const init = this.#reader.readInit(renditionId, initVersion).then((bytes) => readTrackInit(bytes, kind));
    this.#inits.set(name, init);
    return init;
  }
}

/** A stream that nobody will read holds a connection to the bucket. One that broke, or was read, holds none. */
async function discard(step: ReadyStep): Promise<void> {
  if (step.kind === 'end' || !(step.opened.body instanceof ReadableStream)) return;
  await step.opened.body.cancel().catch(() => undefined);
}
