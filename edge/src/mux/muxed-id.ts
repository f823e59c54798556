import { RenditionId } from '@sluice/contracts';
import { z } from 'zod';

/** RFC 3986 §2.2: a sub-delim, which stands in a path as it is. `%2B` is the same once the path is decoded. */
const JOINT = '+';

/** `v720+a128`: a picture and a sound of a broadcast as one rendition, the picture first. */
export const MuxedId = z
  .string()
  .refine((text) => readTracks(text) !== undefined, 'a muxed rendition is v720+a128')
  .brand<'MuxedId'>();
export type MuxedId = z.infer<typeof MuxedId>;

/** What a media playlist can be of: a rendition as it is encoded, or two of them as one. */
export const ListedId = z.union([RenditionId, MuxedId], { error: 'a rendition id is v720, a128 or v720+a128' });
export type ListedId = z.infer<typeof ListedId>;

/** The renditions of which a muxed one is made. */
export interface MuxedTracks {
  readonly videoId: RenditionId;
  readonly audioId: RenditionId;
}

export function muxedId({ videoId, audioId }: MuxedTracks): MuxedId {
  return MuxedId.parse(videoId + JOINT + audioId);
}

/** What is muxed in it; `undefined`: it is a rendition as it is encoded. */
export function muxedTracks(id: ListedId): MuxedTracks | undefined {
  return readTracks(id);
}

/** The renditions as they are encoded that a viewer of it watches; none, if it is no rendition's id. */
export function tracksOf(id: string): RenditionId[] {
  const tracks = readTracks(id);
  if (tracks !== undefined) return [tracks.videoId, tracks.audioId];
  const encoded = RenditionId.safeParse(id);
  return encoded.success ? [encoded.data] : [];
}

function readTracks(text: string): MuxedTracks | undefined {
  const [video, audio, ...more] = text.split(JOINT).map((id) => RenditionId.safeParse(id));
  if (video?.success !== true || audio?.success !== true || more.length > 0) return undefined;
  const isPair = video.data.startsWith('v') && audio.data.startsWith('a');
  return isPair ? { videoId: video.data, audioId: audio.data } : undefined;
}
