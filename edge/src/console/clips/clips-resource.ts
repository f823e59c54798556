import { type Clip, ClipPage } from '../api/clip.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

/** Others may cut, too. */
const EVERY_MS = 20_000;
/** One sees where the rest is. */
const SHOWN_MAX = 48;

export interface ShownClips {
  readonly clips: readonly Clip[];
  /** There are older ones. */
  readonly hasMore: boolean;
}

/** The newest clips of a channel. */
export const clipsKind = new ResourceKind<ShownClips>(async (channelId, signal) => {
  const { value } = await api.get(`/channels/${channelId}/clips?limit=${SHOWN_MAX}`, ClipPage, { signal });
  return { clips: value.clips, hasMore: value.next !== null };
}, EVERY_MS);
