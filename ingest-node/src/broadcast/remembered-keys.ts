import { createHash } from 'node:crypto';
import type { AuthorizeAnswer, ChannelId } from '@sluice/contracts';

/**
 * Whom the control API let in last, by channel: an encoder that reconnects while the control API is away comes with the
 * key that was good a moment ago. Keys are held as digests only, one a channel, for as long as it has a publisher here.
 */
export class RememberedKeys {
  readonly #known = new Map<ChannelId, { readonly digest: string; readonly authorized: AuthorizeAnswer }>();

  remember(streamKey: string, authorized: AuthorizeAnswer): void {
    this.#known.set(authorized.settings.channelId, { digest: digestOf(streamKey), authorized });
  }

  forget(channelId: ChannelId): void {
    this.#known.delete(channelId);
  }

  /** What was said of this key, if it was the last one of its channel. */
  recall(streamKey: string): AuthorizeAnswer | undefined {
    const digest = digestOf(streamKey);
    return [...this.#known.values()].find((known) => known.digest === digest)?.authorized;
  }
}

function digestOf(streamKey: string): string {
  return createHash('sha256').update(streamKey).digest('base64');
}
