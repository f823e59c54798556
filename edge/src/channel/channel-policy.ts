import {
  type EmbedSitesNotice,
  PLAYBACK_REVOCATIONS_MAX,
  type PlaybackRevocation,
  revocationEndsAtMs,
} from '@sluice/contracts';

/** Of a token, what a revocation goes by. */
export interface RevocableToken {
  readonly jti: string;
  readonly subject?: string | undefined;
  readonly issuedAtMs: number;
}

/** What a channel's object was told of who may watch, and where; `version` rises with each change. */
export interface ChannelPolicy {
  readonly version: number;
  readonly revocations: readonly PlaybackRevocation[];
  /** Which sites may embed the channel; absent: nothing was said, and any may. */
  readonly embedding?: EmbedSitesNotice | undefined;
}

/**
 * The policy of one channel. The revocations of its playback tokens are a set: told twice, or in another order, it is the
 * same. Of the sites that may embed it the newest counts. Time is an argument.
 */
export class KeptPolicy {
  #policy: ChannelPolicy;

  constructor(kept: ChannelPolicy = { version: 0, revocations: [] }) {
    this.#policy = kept;
  }

  get policy(): ChannelPolicy {
    return this.#policy;
  }

  /** `full`: with these there would be more than a channel can have, and none of them is taken. */
  add(told: readonly PlaybackRevocation[], nowMs: number): 'taken' | 'known' | 'full' {
    const before = this.#policy.revocations.filter((each) => revocationEndsAtMs(each) > nowMs);
    const after = told.filter((each) => revocationEndsAtMs(each) > nowMs).reduce(withRevocation, before);
    if (after.length > PLAYBACK_REVOCATIONS_MAX) return 'full';
    const isKnown = after.length === before.length && after.every((each, index) => each === before[index]);
    if (isKnown) return 'known';
    this.#policy = { ...this.#policy, version: this.#policy.version + 1, revocations: after };
    return 'taken';
  }

  /** `known`: nothing is new in it, or it was overtaken. */
  setEmbedding(told: EmbedSitesNotice): 'taken' | 'known' {
    const { embedding, version } = this.#policy;
    if (embedding !== undefined && !isNewer(told, embedding)) return 'known';
    this.#policy = { ...this.#policy, version: version + 1, embedding: told };
    return 'taken';
  }

  /** The channel is gone, and with it who might embed it. What was revoked stays. */
  forgetEmbedding(): 'taken' | 'known' {
    const { embedding, version, revocations } = this.#policy;
    if (embedding === undefined) return 'known';
    this.#policy = { version: version + 1, revocations };
    return 'taken';
  }
}

/**
 * Whether a token was revoked. Looked up, not searched: it is asked at every request of every viewer. A token that is
 * named by its id is revoked whenever it says it was issued: the clock that it has that from may be ahead.
 */
export class RevocationIndex {
  readonly version: number;
  readonly #beforeMs = new Map<string, number>();

  constructor({ version, revocations }: ChannelPolicy) {
    this.version = version;
    for (const { issuedBeforeMs, jti, subject } of revocations) {
      const key = keyOf(jti, subject);
      const beforeMs = jti === undefined ? issuedBeforeMs : Number.POSITIVE_INFINITY;
      this.#beforeMs.set(key, Math.max(beforeMs, this.#beforeMs.get(key) ?? 0));
    }
  }

  hits({ jti, subject, issuedAtMs }: RevocableToken): boolean {
    const keys = [
      keyOf(),
      keyOf(jti),
      ...(subject === undefined ? [] : [keyOf(undefined, subject), keyOf(jti, subject)]),
    ];
    return keys.some((key) => issuedAtMs < (this.#beforeMs.get(key) ?? 0));
  }
}

function isNewer(one: EmbedSitesNotice, other: EmbedSitesNotice): boolean {
  if (one.channelCreatedAtMs !== other.channelCreatedAtMs) return one.channelCreatedAtMs > other.channelCreatedAtMs;
  return one.channelVersion > other.channelVersion;
}

/** No id has a blank, and no subject. */
function keyOf(jti = '', subject = ''): string {
  return `${jti} ${subject}`;
}

/** With one more; what it covers is not needed any more, and what covers it makes it needless. */
function withRevocation(before: PlaybackRevocation[], one: PlaybackRevocation): PlaybackRevocation[] {
  if (before.some((other) => covers(other, one))) return before;
  return [...before.filter((other) => !covers(one, other)), one];
}

/** Every token that the second hits, the first hits too. */
function covers(one: PlaybackRevocation, other: PlaybackRevocation): boolean {
  return (
    one.issuedBeforeMs >= other.issuedBeforeMs &&
    (one.jti === undefined || one.jti === other.jti) &&
    (one.subject === undefined || one.subject === other.subject)
  );
}
