import type { ChannelId, StorageCredentials } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { WriteCredentials } from './write-credentials.ts';

const MS_PER_MINUTE = 60_000;
/**
 * Those that are good for less are made anew. A node asks every five minutes, so what it has is good for 35 minutes at
 * least: so long may this API, or STS, be away without a part being lost for want of credentials.
 */
export const LEFT_MS_MIN = 40 * MS_PER_MINUTE;
/** Where new ones could not be made: with less nobody is let in, who would be cut off soon. */
export const USABLE_LEFT_MS_MIN = 10 * MS_PER_MINUTE;
/** Three kilobytes each at most; at the cap those of the channel that was asked for longest ago are forgotten. */
const CHANNELS_MAX = 2_000;

export interface KeptWriteCredentialsOptions {
  readonly source: WriteCredentials;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Credentials by channel, made once for many who ask; whoever asks at the same time waits for the same ones. */
export class KeptWriteCredentials {
  readonly #options: KeptWriteCredentialsOptions;
  /** The channel that was asked for longest ago first. */
  readonly #kept = new Map<ChannelId, StorageCredentials>();
  readonly #making = new Map<ChannelId, Promise<StorageCredentials | undefined>>();

  constructor(options: KeptWriteCredentialsOptions) {
    this.#options = options;
  }

  get channelCount(): number {
    return this.#kept.size;
  }

  /** `undefined`: none could be made, and none are left. Never rejects. */
  async of(channelId: ChannelId): Promise<StorageCredentials | undefined> {
    const kept = this.#kept.get(channelId);
    if (kept !== undefined && this.#leftMs(kept) >= LEFT_MS_MIN) return this.#keep(channelId, kept);
    const made = await (this.#making.get(channelId) ?? this.#make(channelId));
    if (made !== undefined) return made;
    return kept !== undefined && this.#leftMs(kept) >= USABLE_LEFT_MS_MIN ? kept : undefined;
  }

  #make(channelId: ChannelId): Promise<StorageCredentials | undefined> {
    const { source, log } = this.#options;
    const making = source
      .make(channelId)
      .then((made) => this.#keep(channelId, made))
      .catch((error: unknown) => {
        log.error({ err: error, channelId }, 'the credentials of a channel could not be made');
        return undefined;
      })
      .finally(() => this.#making.delete(channelId));
    this.#making.set(channelId, making);
    return making;
  }

  #keep(channelId: ChannelId, credentials: StorageCredentials): StorageCredentials {
    this.#kept.delete(channelId);
    this.#kept.set(channelId, credentials);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > CHANNELS_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return credentials;
  }

  #leftMs({ expiresAtMs }: StorageCredentials): number {
    return expiresAtMs - this.#options.nowMs();
  }
}
