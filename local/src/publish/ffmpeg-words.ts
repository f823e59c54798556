import { setTimeout as sleep } from 'node:timers/promises';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';

/** FFmpeg's own last error lines are kept, for they hold what the server said. */
const LINES_MAX = 20;
/** FFmpeg hands its lines over from its own thread, a moment after the call has failed. */
const LATE_LINES_MS = 50;
/** FFmpeg's RTMP client puts this before the description of an onStatus or _error of the server. */
const SERVER_SAID = /Server error: (.+)/;

/** Collects what FFmpeg says in errors, with the secrets struck out. */
export class FfmpegWords {
  readonly #secrets: readonly string[];
  readonly #lines: string[] = [];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret !== '');
    Log.setLevel(AV_LOG_ERROR);
    Log.setCallback((_level, message) => this.#keep(message), { maxLevel: AV_LOG_ERROR });
  }

  /** The server's sentence, or FFmpeg's last line, or the fallback; of what was said since the last call. */
  async lastSentence(fallback: string): Promise<{ readonly sentence: string; readonly isServers: boolean }> {
    await sleep(LATE_LINES_MS);
    const lines = this.#lines.splice(0);
    for (const line of lines.toReversed()) {
      const said = SERVER_SAID.exec(line)?.[1];
      if (said !== undefined) return { sentence: said, isServers: true };
    }
    return { sentence: lines.at(-1) ?? this.withoutSecret(fallback), isServers: false };
  }

  withoutSecret(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  }

  #keep(message: string): void {
    const line = this.withoutSecret(message).trim();
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > LINES_MAX) this.#lines.shift();
  }
}
