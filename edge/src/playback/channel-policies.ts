import type { ChannelId, EmbedSites } from '@sluice/contracts';
import { type ChannelPolicy, RevocationIndex } from '../channel/channel-policy.ts';
import type { PolicyReply } from '../channel/channel-replies.ts';
import { Collapse, type RequestLife } from '../collapse/collapse.ts';

/** After an answer it is asked for again, behind the viewers' backs. */
const ASKED_EVERY_MS = 5_000;
/** What is older is no answer: a revocation is to count within 10 s. */
const STALE_MS = 10_000;
/** After a question that came to nothing. */
const RETRY_MS = 1_000;
const ANSWER_MS_MAX = 3_000;
/** Channels with private viewers, or embedded ones, in one isolate; beyond it the one that was used the longest ago is asked for anew. */
const CHANNELS_MAX = 1_000;
const WAITING_MAX = 10_000;

/** A channel's policy, ready to be gone by. */
export interface KnownPolicy {
  readonly revocations: RevocationIndex;
  /** `null`: any site may embed the channel. */
  readonly embedSites: EmbedSites;
}

interface Known {
  readonly policy: KnownPolicy | undefined;
  /** The channel's object said so then, or later. */
  readonly asOfMs: number;
  /** It was last asked then, with or without an answer. */
  readonly askedAtMs: number;
  /** There may be an answer on its way. */
  readonly isAsking: boolean;
  /** The last question was answered. */
  readonly isAnswered: boolean;
}

const NEVER_MS = Number.NEGATIVE_INFINITY;
const NOTHING: Known = {
  policy: undefined,
  asOfMs: NEVER_MS,
  askedAtMs: NEVER_MS,
  isAsking: false,
  isAnswered: false,
};

export type AskPolicy = (channelId: ChannelId) => Promise<PolicyReply>;

/** What was revoked and who may embed, channel by channel, as far as this isolate knows. All its requests ask together. */
export class ChannelPolicies {
  /** The one that was used the longest ago first. */
  readonly #known = new Map<ChannelId, Known>();
  readonly #asking = new Collapse<boolean>({
    takeoverMs: ANSWER_MS_MAX,
    giveUpMs: 2 * ANSWER_MS_MAX,
    keysMax: CHANNELS_MAX,
    waitingMax: WAITING_MAX,
    refuse: () => false,
  });

  /** `undefined`: it is not known well enough to let anybody in. */
  async current(channelId: ChannelId, ask: AskPolicy, life: RequestLife): Promise<KnownPolicy | undefined> {
    const nowMs = Date.now();
    const known = this.#use(channelId);
    const sinceAskedMs = nowMs - known.askedAtMs;
    if (nowMs - known.asOfMs < STALE_MS) {
      const isDue = sinceAskedMs >= (known.isAnswered ? ASKED_EVERY_MS : RETRY_MS);
      if (isDue && !known.isAsking) life.waitUntil(this.#askOnce(channelId, ask, life));
      return known.policy;
    }
    if (known.isAsking || sinceAskedMs >= RETRY_MS) await this.#askOnce(channelId, ask, life);
    const { policy, asOfMs } = this.#use(channelId);
    return Date.now() - asOfMs < STALE_MS ? policy : undefined;
  }

  /** The channel's object said so `agedMs` before `nowMs`. */
  learn(
    channelId: ChannelId,
    { policy: told, agedMs }: { policy: ChannelPolicy; agedMs: number },
    nowMs: number,
  ): void {
    const known = this.#use(channelId);
    const { policy } = known;
    const version = policy?.revocations.version;
    // An older version comes by a longer way: it says nothing of the time since.
    if (version !== undefined && told.version < version) return;
    const isSame = version === told.version;
    this.#keep(channelId, {
      ...known,
      policy: isSame ? policy : knownPolicy(told),
      asOfMs: Math.max(known.asOfMs, nowMs - agedMs),
    });
  }

  /** Never rejects. */
  async #askOnce(channelId: ChannelId, ask: AskPolicy, life: RequestLife): Promise<boolean> {
    try {
      return await this.#asking.run(channelId, life, async () => {
        const nowMs = Date.now();
        this.#keep(channelId, { ...this.#use(channelId), askedAtMs: nowMs, isAsking: true, isAnswered: false });
        const reply = await ask(channelId);
        if (reply.kind !== 'policy') return false;
        this.learn(channelId, reply, nowMs);
        this.#keep(channelId, { ...this.#use(channelId), isAnswered: true });
        return true;
      });
    } catch {
      // The channel's object failed, and its own log says how.
      return false;
    } finally {
      this.#keep(channelId, { ...this.#use(channelId), isAsking: false });
    }
  }

  #use(channelId: ChannelId): Known {
    const known = this.#known.get(channelId) ?? NOTHING;
    this.#keep(channelId, known);
    return known;
  }

  #keep(channelId: ChannelId, known: Known): void {
    this.#known.delete(channelId);
    this.#known.set(channelId, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > CHANNELS_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

function knownPolicy(policy: ChannelPolicy): KnownPolicy {
  return { revocations: new RevocationIndex(policy), embedSites: policy.embedding?.embedSites ?? null };
}
