import type { StoryboardSprite } from '@sluice/contracts';

/** An image that was made out of a broadcast, a JPEG: how it looked in one slot, or in several, small and side by side. */
export type BroadcastImage =
  | { readonly kind: 'thumbnail'; readonly slot: number; readonly bytes: Uint8Array }
  | { readonly kind: 'sprite'; readonly sprite: StoryboardSprite; readonly bytes: Uint8Array };

/** Of noise, in the largest size that there is; a camera's picture has a tenth of it. What is larger is not sent on. */
const IMAGE_BYTES_MAX = { thumbnail: 512 * 1024, sprite: 2 * 1024 * 1024 } as const;

/** Every JPEG begins so (ISO/IEC 10918-1 annex B): SOI, and the marker after it. */
const JPEG_BEGIN = [0xff, 0xd8, 0xff] as const;

/** Whether it is a JPEG of a size that may be stored. */
export function isStorable({ kind, bytes }: Pick<BroadcastImage, 'kind' | 'bytes'>): boolean {
  return bytes.length <= IMAGE_BYTES_MAX[kind] && JPEG_BEGIN.every((byte, index) => bytes[index] === byte);
}
