import type { ChannelId } from '@sluice/contracts';
import type { EdgeBindings } from '../environment.ts';

/** Objects that the directory is parted into: a bounded number, whatever strangers ask for. */
export const DIRECTORY_SHARDS = 16;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The directory object that knows whether a channel is one. */
export function directoryOf({ DIRECTORY }: Pick<EdgeBindings, 'DIRECTORY'>, channelId: ChannelId) {
  return DIRECTORY.getByName(`directory/${directoryShard(channelId)}`);
}

/** FNV-1a: even enough over names, and the same for ever. */
export function directoryShard(channelId: ChannelId): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < channelId.length; index += 1) {
    hash = Math.imul(hash ^ channelId.charCodeAt(index), FNV_PRIME) >>> 0;
  }
  return hash % DIRECTORY_SHARDS;
}
