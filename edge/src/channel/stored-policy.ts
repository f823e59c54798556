import type { EmbedSitesNotice, PlaybackRevocation } from '@sluice/contracts';
import { type ChannelPolicy, KeptPolicy } from './channel-policy.ts';
import { PolicyStore } from './policy-store.ts';

/** The policy of a channel with its row. Every change is written before the call returns, and then told. */
export class StoredPolicy {
  readonly #store: PolicyStore;
  readonly #onChange: (policy: ChannelPolicy) => void;
  #kept: KeptPolicy | undefined;

  constructor(storage: DurableObjectStorage, onChange: (policy: ChannelPolicy) => void) {
    this.#store = new PolicyStore(storage);
    this.#onChange = onChange;
  }

  /** Throws when the row cannot be read. */
  get now(): ChannelPolicy {
    return this.#policy.policy;
  }

  /** That it cannot be read keeps out who needs a token, and nobody else. */
  get ifReadable(): ChannelPolicy | undefined {
    try {
      return this.now;
    } catch {
      return undefined;
    }
  }

  /** See KeptPolicy.add. */
  revoke(told: readonly PlaybackRevocation[], nowMs: number): 'taken' | 'known' | 'full' {
    return this.#written(this.#policy.add(told, nowMs));
  }

  /** See KeptPolicy.setEmbedding. */
  setEmbedding(told: EmbedSitesNotice): 'taken' | 'known' {
    return this.#written(this.#policy.setEmbedding(told));
  }

  /** See KeptPolicy.forgetEmbedding. Where the row cannot be read, nothing is forgotten. */
  forgetEmbedding(): void {
    if (this.ifReadable !== undefined) this.#written(this.#policy.forgetEmbedding());
  }

  /** Read when it is first asked for: most channels have none. */
  get #policy(): KeptPolicy {
    this.#kept ??= new KeptPolicy(this.#store.read());
    return this.#kept;
  }

  #written<OUTCOME extends string>(outcome: OUTCOME): OUTCOME {
    if (outcome !== 'taken') return outcome;
    this.#store.write(this.now);
    this.#onChange(this.now);
    return outcome;
  }
}
