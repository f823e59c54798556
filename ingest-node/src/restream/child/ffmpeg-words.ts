import { setTimeout as sleep } from 'node:timers/promises';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';

/** FFmpeg hands its lines over from its own thread, a moment after the call has failed. */
const LATE_LINES_MS = 50;
/** FFmpeg's RTMP client puts this before the description of an onStatus or _error of the server. */
const SERVER_SAID = /Server error: (.+)/;
const SENTENCE_CHARACTERS_MAX = 200;
/** Shorter ones stand in any sentence. */
const SECRET_CHARACTERS_MIN = 4;

/** What a server says against us, out of what FFmpeg logs. All else that it logs has the address with its keys. */
export class FfmpegWords {
  readonly #secrets: readonly string[];
  #serverSaid: string | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter(({ length }) => length >= SECRET_CHARACTERS_MIN);
    Log.setLevel(AV_LOG_ERROR);
    Log.setCallback(
      (_level, message) => {
        this.#serverSaid = SERVER_SAID.exec(message)?.[1] ?? this.#serverSaid;
      },
      { maxLevel: AV_LOG_ERROR },
    );
  }

  /** The server's last sentence, without our secrets and fit to be shown. */
  async serverSaid(): Promise<string | undefined> {
    await sleep(LATE_LINES_MS);
    if (this.#serverSaid === undefined) return undefined;
    const plain = this.#serverSaid.replaceAll(/[^ -~]+/g, ' ').trim();
    const struck = this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), plain);
    return struck.slice(0, SENTENCE_CHARACTERS_MAX);
  }
}
