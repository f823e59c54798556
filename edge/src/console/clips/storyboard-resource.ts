import { readEdgeText } from '../api/edge-answer.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { readStoryboard, type StoryTile } from './storyboard.ts';

/** A tile is made every five seconds (contracts: THUMBNAIL_SLOT_MS), and told in sprites. */
const EVERY_MS = 8_000;

/** Of a broadcast that is live, by its address. */
export const liveStoryboardKind = new ResourceKind<readonly StoryTile[]>(async (address, signal) => {
  const absolute = new URL(address, location.origin).href;
  return readStoryboard(await readEdgeText(absolute, signal), absolute);
}, EVERY_MS);
