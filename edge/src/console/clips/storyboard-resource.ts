import { readEdgeText } from '../api/edge-answer.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { readStoryboard, type StoryTile } from './storyboard.ts';

/** A tile is made every five seconds (contracts: THUMBNAIL_SLOT_MS), and told in sprites. */
const EVERY_MS = 8_000;

const read = async (address: string, signal: AbortSignal): Promise<readonly StoryTile[]> => {
  const absolute = new URL(address, location.origin).href;
  return readStoryboard(await readEdgeText(absolute, signal), absolute);
};

/** Of a broadcast that is live, by its address. */
export const liveStoryboardKind = new ResourceKind(read, EVERY_MS);
/** Of what was kept, which does not change. */
export const keptStoryboardKind = new ResourceKind(read);
