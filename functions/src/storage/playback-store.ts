import type { ChannelId, PlaybackRevocation } from '@sluice/contracts';
import type { PlaybackKey } from '../playback/playback-key.ts';

/** What of playback tokens the control API keeps: the keys, and what was revoked. The tokens themselves it does not. */
export interface PlaybackStore {
  /** The newest first; `make` is asked for one the first time. */
  playbackKeys(make: () => Promise<PlaybackKey>): Promise<PlaybackKey[]>;
  /**
   * Adds a key that is newer than all others, and drops those that are over. `full`: too many are not.
   *
   * @param live which keys are not over.
   */
  addPlaybackKey(key: PlaybackKey, live: (newestFirst: PlaybackKey[]) => PlaybackKey[]): Promise<'added' | 'full'>;
  /**
   * `signs`: it cannot be done without.
   *
   * @param signer which key signs.
   */
  removePlaybackKey(
    kid: string,
    signer: (newestFirst: PlaybackKey[]) => PlaybackKey | undefined,
  ): Promise<'removed' | 'no-such-key' | 'signs'>;

  /** Keeps it until all tokens that it hits are over. `full`: the channel has too many. */
  revokePlayback(channelId: ChannelId, revocation: PlaybackRevocation, nowMs: number): Promise<'revoked' | 'full'>;
  /** Those that still matter. */
  playbackRevocations(channelId: ChannelId, nowMs: number): Promise<PlaybackRevocation[]>;
  untoldRevocations(channelId: ChannelId): Promise<PlaybackRevocation[]>;
  /** Any of them, others each time: none stands before the others for good. */
  channelsWithUntoldRevocations(limit: number): Promise<ChannelId[]>;
  /** The edge has these. One that was changed meanwhile stays untold. */
  markRevocationsTold(channelId: ChannelId, revocations: readonly PlaybackRevocation[]): Promise<void>;
}
