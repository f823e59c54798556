import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The line of an ingest node's log that tells which process makes a broadcast from here on. */
const Described = z.object({ msg: z.literal('broadcast described'), channelId: z.string(), transcoderPid: z.number() });

/** Finds a channel's transcoder in the log of its ingest node. */
export class TranscoderAim {
  readonly #logFile: string;
  readonly #channelId: string;

  constructor(options: { readonly logFile: string; readonly channelId: string }) {
    this.#logFile = options.logFile;
    this.#channelId = options.channelId;
  }

  async kill(): Promise<void> {
    const lines = (await readFile(this.#logFile, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
    const told = lines.flatMap((line) => Described.safeParse(JSON.parse(line)).data ?? []);
    const newest = told.findLast(({ channelId }) => channelId === this.#channelId);
    if (newest === undefined) throw new Error(`the log names no transcoder of ${this.#channelId}`);
    try {
      process.kill(newest.transcoderPid, 'SIGKILL');
    } catch {
      // It has just died by itself, and the next one is not described yet.
    }
  }
}
