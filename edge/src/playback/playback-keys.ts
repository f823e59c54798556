import { PLAYBACK_KEYS_MAX, PLAYBACK_TOKEN_ALGORITHM } from '@sluice/contracts';
import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';
import { Collapse, type RequestLife } from '../collapse/collapse.ts';
import { log } from '../log.ts';

/** Keys that are known go on being used, and are asked for again behind the viewers' backs. A retired one goes then. */
const REFRESH_MS = 30_000;
/** Whoever makes tokens up can make up key ids too: they cost one question in this time, however many come. */
const ASKED_EVERY_MS = 5_000;
/** The control API has half of it to answer. */
const TAKEOVER_MS = 6_000;
/** Viewers who wait for the same answer, the first ones of an isolate. */
const WAITING_MAX = 10_000;

/** Only what is needed of a key here: jose checks each key when it imports it. */
const JwkSet = z.object({
  keys: z.array(z.looseObject({ kty: z.literal('EC'), kid: z.string().min(1).max(64) })).max(PLAYBACK_KEYS_MAX),
});

/** `unknown`: the control API has no such key. `unreachable`: it could not be asked. */
export type KeyFound = CryptoKey | 'unknown' | 'unreachable';

type KeySet = ReadonlyMap<string, CryptoKey>;

/** The request that a question is asked in. */
export interface KeyAsker {
  readonly life: RequestLife;
  /** Of its address. */
  readonly origin: string;
}

/** Where the keys come from. */
export interface KeySource {
  /** Resolves with the control API's answer, a JWK set. Rejects when there is none. */
  ask(asker: KeyAsker): Promise<unknown>;
  /** What it last answered somebody near by, if that is remembered: better than nothing while it is away. */
  recall(asker: KeyAsker): Promise<unknown>;
}

/** The public keys of playback tokens, as far as this isolate knows them. All requests of the isolate ask together. */
export class PlaybackKeys {
  readonly #source: KeySource;
  readonly #asking = new Collapse<KeySet | undefined>({
    takeoverMs: TAKEOVER_MS,
    giveUpMs: 2 * TAKEOVER_MS,
    keysMax: 1,
    waitingMax: WAITING_MAX,
    refuse: () => undefined,
  });
  #known: KeySet = new Map();
  /** When what is known was asked for. */
  #knownAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(source: KeySource) {
    this.#source = source;
  }

  async find(kid: string, asker: KeyAsker, nowMs: number): Promise<KeyFound> {
    const known = this.#known.get(kid);
    if (known !== undefined) {
      if (nowMs - this.#knownAtMs >= REFRESH_MS) this.#refresh(asker, nowMs);
      return known;
    }
    if (nowMs - this.#knownAtMs < ASKED_EVERY_MS) return 'unknown';
    const isAsking = this.#asking.keys > 0;
    if (!isAsking && nowMs - this.#askedAtMs < ASKED_EVERY_MS) return 'unreachable';
    const keys = await this.#askOnce(asker, nowMs);
    return (keys ?? this.#known).get(kid) ?? (keys === undefined ? 'unreachable' : 'unknown');
  }

  async #answer(asker: KeyAsker): Promise<unknown> {
    try {
      return await this.#source.ask(asker);
    } catch (error) {
      if (this.#known.size === 0) await this.#recall(asker);
      throw error;
    }
  }

  /** An isolate that begins while the control API is away. What it finds is not known to be all. */
  async #recall(asker: KeyAsker): Promise<void> {
    try {
      const kept = await this.#source.recall(asker);
      if (kept !== undefined) this.#known = await importKeys(kept);
    } catch (error) {
      log('error', 'the remembered keys of playback tokens cannot be read', { reason: nameOf(error) });
    }
  }

  #refresh(asker: KeyAsker, nowMs: number): void {
    if (nowMs - this.#askedAtMs >= ASKED_EVERY_MS) asker.life.waitUntil(this.#askOnce(asker, nowMs));
  }

  /** Never rejects: that the control API is away is nobody's fault here. */
  async #askOnce(asker: KeyAsker, nowMs: number): Promise<KeySet | undefined> {
    try {
      return await this.#asking.run('keys', asker.life, async () => {
        this.#askedAtMs = nowMs;
        this.#known = await importKeys(await this.#answer(asker));
        this.#knownAtMs = nowMs;
        return this.#known;
      });
    } catch (error) {
      log('warn', 'the keys of playback tokens were not to be had', { reason: nameOf(error), known: this.#known.size });
      return undefined;
    }
  }
}

async function importKeys(answer: unknown): Promise<KeySet> {
  const { keys } = JwkSet.parse(answer);
  const imported = await Promise.all(
    keys.map(async (jwk) => [jwk.kid, await importJWK(jwk, PLAYBACK_TOKEN_ALGORITHM)] as const),
  );
  return new Map(imported.flatMap(([kid, key]) => (key instanceof Uint8Array ? [] : [[kid, key] as const])));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
