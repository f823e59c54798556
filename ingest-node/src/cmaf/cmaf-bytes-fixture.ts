import { readFileSync } from 'node:fs';
import type { Rendition } from '@sluice/contracts';
import type { TrackSample } from '../media/encoded-track.ts';
import { fragment } from '../package/fragment.ts';
import { initSegment } from '../package/init-segment.ts';

/** For tests: recordings, and tracks that are written to order. */

export function recording(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
}

/** A box of its own: for what no writer here writes. */
export function rawBox(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const sizeBytes = 8 + content.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(sizeBytes);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

/** The init segment of a rendition, as a publisher would send it. */
export function initOf(rendition: Rendition): Uint8Array {
  return initSegment(rendition, Buffer.from(rendition.configuration, 'base64'));
}

/** One NAL unit: an IDR picture's slice, or another one's. */
export function accessUnit(isKeyframe: boolean, sizeBytes = 8): Uint8Array {
  const unit = Buffer.alloc(4 + sizeBytes, 7);
  unit.writeUInt32BE(sizeBytes);
  unit[4] = isKeyframe ? 0x65 : 0x41;
  return unit;
}

export interface WrittenFragment {
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly payloads: readonly Uint8Array[];
  readonly isSyncByDefault?: boolean;
}

/** Without the prft that our own fragments have: publishers seldom write one. */
export function fragmentOf({
  startTicks,
  durationTicks,
  payloads,
  isSyncByDefault = false,
}: WrittenFragment): Uint8Array {
  const bytes = fragment({
    trackId: 1,
    sequenceNumber: 1,
    startTicks,
    sampleDurationTicks: durationTicks,
    samples: payloads.map((payload) => ({ isSync: (payload[4] ?? 0) === 0x65 || isSyncByDefault, payload })),
    isSyncByDefault,
    finishedAtMs: 0,
  });
  return bytes.subarray(Buffer.from(bytes).readUInt32BE(0));
}

/** The same fragment at another time, up to all of its 64 bits (`tfdt`, ISO/IEC 14496-12 §8.8.12). */
export function movedTo(fragment: Uint8Array, startTicks: bigint): Uint8Array {
  const moved = Buffer.from(fragment);
  moved.writeBigUInt64BE(startTicks, moved.indexOf('tfdt', 'latin1') + 4 + 4);
  return moved;
}

/** Times and keyframes alone, to be compared. */
export function outline(samples: readonly TrackSample[]): string {
  return samples.map(({ timeTicks, isKeyframe }) => `${timeTicks}${isKeyframe ? '!' : ''}`).join(' ');
}
