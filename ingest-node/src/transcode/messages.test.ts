import { BroadcastDescription, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { BroadcastImage } from '../media/broadcast-image.ts';
import type { SourceEvent } from '../media/source.ts';
import { frameMessage, imageMessage, sourceEventMessage, ToChild, ToParent } from './messages.ts';

const PAYLOAD = Uint8Array.from([1, 2, 3]);
const overJson = (header: unknown): unknown => JSON.parse(JSON.stringify(header));

describe('what the parent says', () => {
  it.each<SourceEvent>([
    { kind: 'video', ptsUs: -33_000, dtsUs: 2 ** 45, isKeyframe: true, payload: PAYLOAD },
    { kind: 'audio', ptsUs: 0.5, dtsUs: 0, isKeyframe: true, payload: PAYLOAD },
    { kind: 'video-config', codec: 'av1', extradata: PAYLOAD },
    { kind: 'audio-config', codec: 'opus', extradata: PAYLOAD, sampleRateHz: 48_000, channelCount: 2 },
  ])('is read by the child as it was meant: $kind', (event) => {
    const { header, payload } = sourceEventMessage(event);
    const read = ToChild.parse(overJson(header));
    const expected: Record<string, unknown> = { ...event };
    delete expected.payload;
    delete expected.extradata;
    expect(read).toEqual(expected);
    expect(payload).toBe(PAYLOAD);
  });

  it('is which pictures rest', () => {
    const message = { kind: 'rest', renditionIds: ['v720', 'v480'] };
    expect(ToChild.parse(overJson(message))).toEqual(message);
    const tooMany = { kind: 'rest', renditionIds: Array.from({ length: 17 }, (_, index) => `v${index}`) };
    expect(ToChild.safeParse(tooMany).success).toBe(false);
  });

  it('leaves out of the metadata what makes no sense, whatever a publisher sends', () => {
    const { header } = sourceEventMessage({
      kind: 'metadata',
      widthPx: -1,
      heightPx: 720,
      frameRate: Number.NaN,
      videoBitrateBps: Number.POSITIVE_INFINITY,
      encoder: 'x'.repeat(10_000),
    });
    expect(ToChild.parse(overJson(header))).toEqual({ kind: 'metadata', heightPx: 720, encoder: 'x'.repeat(256) });
  });
});

describe('what the child says', () => {
  const video = RenditionId.parse('v720');
  const description = BroadcastDescription.parse({
    profile: 'low',
    frameRate: { num: 30, den: 1 },
    startedAtMs: 1_700_000_000_000,
    renditions: [
      {
        kind: 'video',
        id: video,
        codecs: 'avc1.64001F',
        timescaleHz: 30_000,
        partTargetTicks: 16_000,
        bitrateBpsMax: 4_000_000,
        initVersion: 0,
        configuration: 'AQD/',
        widthPx: 1_280,
        heightPx: 720,
        frameRate: { num: 30, den: 1 },
      },
    ],
  });

  it('of its broadcast is read by the parent as it was meant', () => {
    const next = { [video]: { msn: 3, partIndex: 1 } };
    const message = { kind: 'broadcast', description, next };
    expect(ToParent.parse(overJson(message))).toEqual(message);
  });

  it('of a frame is all but its payload', () => {
    const frame = { renditionId: video, ptsTicks: 0, durationTicks: 1_000, isKeyframe: true };
    expect(ToParent.parse(overJson(frameMessage({ ...frame, payload: PAYLOAD })))).toEqual({ kind: 'frame', ...frame });
  });

  it('of what rests is read by the parent as it was meant', () => {
    const message = { kind: 'resting', renditionIds: [video], fromMsn: 7 };
    expect(ToParent.parse(overJson(message))).toEqual(message);
  });

  it.each<BroadcastImage>([
    { kind: 'thumbnail', slot: 12, bytes: PAYLOAD },
    {
      kind: 'sprite',
      sprite: { firstSlot: 0, tileCount: 25, tileWidthPx: 160, tileHeightPx: 90 },
      bytes: PAYLOAD,
    },
  ])('of an image is all but its bytes: $kind', (image) => {
    const read: Record<string, unknown> = { ...ToParent.parse(overJson(imageMessage(image))), bytes: PAYLOAD };
    expect(read).toEqual(image);
  });

  it.each([
    { kind: 'thumbnail', slot: -1 },
    { kind: 'thumbnail', slot: 1_728_001 },
    { kind: 'sprite', sprite: { firstSlot: 0, tileCount: 26, tileWidthPx: 160, tileHeightPx: 90 } },
    { kind: 'sprite', sprite: { firstSlot: 0, tileCount: 25, tileWidthPx: 160, tileHeightPx: 0 } },
    { kind: 'frame', renditionId: '../v720', ptsTicks: 0, durationTicks: 1, isKeyframe: true },
    { kind: 'frame', renditionId: 'v720', ptsTicks: -1, durationTicks: 1, isKeyframe: true },
    { kind: 'frame', renditionId: 'v720', ptsTicks: 0.5, durationTicks: 1, isKeyframe: true },
    { kind: 'warning', warning: { code: 'made-up', sentence: '' } },
    { kind: 'ended', reason: 'bored', detail: '' },
    { kind: 'resting', renditionIds: ['v720'], fromMsn: 0 },
    { kind: 'resting', renditionIds: ['../v720'], fromMsn: 1 },
    { kind: 'nothing' },
    null,
  ])('is refused where it is not in the protocol: %j', (header) => {
    expect(ToParent.safeParse(header).success).toBe(false);
  });
});
