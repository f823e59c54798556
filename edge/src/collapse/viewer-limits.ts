import { type Refused, refused } from '../channel/channel-replies.ts';
import type { CollapseRefusal } from './collapse.ts';

/** What all that viewers ask for is collapsed by. */
export const VIEWER_LIMITS = {
  /** What is held takes longer when a publisher stutters: then another call to the relay is all that a takeover costs. */
  takeoverMs: 3_000,
  /** The longest hold is three target durations of the `standard` profile. */
  giveUpMs: 20_000,
  /** Files and playlists that are being asked for at once; beyond it each request works for itself. */
  keysMax: 2_000,
  /** More viewers of one file or playlist than one isolate can answer at once. */
  waitingMax: 10_000,
  refuse: (why: CollapseRefusal): Refused => refused(why === 'gave-up' ? 'held-too-long' : why),
} as const;
