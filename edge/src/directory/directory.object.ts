import { DurableObject } from 'cloudflare:workers';
import type { ChannelId } from '@sluice/contracts';
import { WaitingRoom } from '../channel/waiting-room.ts';
import type { EdgeBindings } from '../environment.ts';

/** Shorter than what proxies on the way put up with. */
const HOLD_MS = 25_000;
/** Pages that wait for a channel that nobody has ever published to. Beyond it they are told at once. */
const WAITING_MAX = 2_000;
const KEY_PREFIX = 'channel/';

/**
 * Which channels have ever been published to; one of a few objects that share them. Viewers' requests for any other
 * name are answered here, so that asking for names at random makes no object. Only a channel's own object registers,
 * and it exists because a grant was signed for it.
 */
export class DirectoryObject extends DurableObject<EdgeBindings> {
  readonly #waiting = new WaitingRoom<boolean>(WAITING_MAX);

  /** Once is enough; more does no harm. */
  async register(channelId: ChannelId): Promise<void> {
    if (!this.#has(channelId)) this.ctx.storage.kv.put(KEY_PREFIX + channelId, true);
    this.#waiting.settle();
  }

  async has(channelId: ChannelId): Promise<boolean> {
    return this.#has(channelId);
  }

  /** Whether the channel is one; if it is not, once it is, or when nothing has happened for some time. */
  async awaits(channelId: ChannelId): Promise<boolean> {
    const isThere = () => this.#has(channelId);
    const endings = { holdMs: HOLD_MS, late: isThere, dismissed: isThere };
    return (await this.#waiting.wait(channelId, () => isThere() || undefined, endings)) ?? false;
  }

  #has(channelId: ChannelId): boolean {
    return this.ctx.storage.kv.get(KEY_PREFIX + channelId) !== undefined;
  }
}
