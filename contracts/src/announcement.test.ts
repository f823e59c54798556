import { describe, expect, it } from 'vitest';
import { Announcement, DATE_RANGES_PER_ANNOUNCEMENT_MAX, PARTS_PER_ANNOUNCEMENT_MAX } from './announcement.ts';
import { RENDITIONS_MAX } from './broadcast-description.ts';
import { SPRITES_PER_ANNOUNCEMENT_MAX } from './thumbnails.ts';

const video = {
  kind: 'video',
  id: 'v720',
  codecs: 'avc1.64001F',
  timescaleHz: 30_000,
  partTargetTicks: 16_000,
  bitrateBpsMax: 3_000_000,
  initVersion: 0,
  configuration: 'AWQAHw==',
  widthPx: 1_280,
  heightPx: 720,
  frameRate: { num: 30, den: 1 },
};
const part = {
  renditionId: 'v720',
  msn: 1,
  partIndex: 0,
  startTicks: 0,
  durationTicks: 16_000,
  sizeBytes: 100_000,
  isIndependent: true,
  isLastOfSegment: false,
  isGap: false,
  initVersion: 0,
};
const description = { profile: 'low', frameRate: { num: 30, den: 1 }, startedAtMs: 1, renditions: [video] };
const announcement = { broadcastId: '0123456789abcdef', epoch: 1, description, parts: [part] };

describe('an announcement', () => {
  it('is read as it was sent', () => {
    expect(Announcement.parse(announcement)).toEqual(announcement);
  });

  it('is a heartbeat when it has no parts', () => {
    const heartbeat = { broadcastId: '0123456789abcdef', epoch: 1, parts: [] };
    expect(Announcement.parse(heartbeat)).toEqual(heartbeat);
  });

  it('has as many parts as a node may have to send again, and not one more', () => {
    const parts = Array.from({ length: PARTS_PER_ANNOUNCEMENT_MAX }, () => part);
    expect(Announcement.safeParse({ ...announcement, parts }).success).toBe(true);
    expect(Announcement.safeParse({ ...announcement, parts: [...parts, part] }).success).toBe(false);
  });

  it('describes at least one rendition, and not more than there may be', () => {
    const withRenditions = (count: number) => ({
      ...announcement,
      description: { ...description, renditions: Array.from({ length: count }, () => video) },
    });
    for (const count of [1, RENDITIONS_MAX]) expect(Announcement.safeParse(withRenditions(count)).success).toBe(true);
    for (const count of [0, RENDITIONS_MAX + 1])
      expect(Announcement.safeParse(withRenditions(count)).success).toBe(false);
  });

  it('leaves out words of a newer version in what it tells of, and has none of its own', () => {
    const told = {
      ...announcement,
      parts: [{ ...part, more: 1 }],
      dateRanges: [{ class: 'slate', startMs: 1, more: 1 }],
    };
    const read = Announcement.parse(told);
    expect(read.parts).toEqual([part]);
    expect(read.dateRanges).toEqual([{ class: 'slate', startMs: 1 }]);
    expect(Announcement.safeParse({ ...announcement, more: 1 }).success).toBe(false);
  });

  it.each([
    ['no time', { durationTicks: 0 }],
    ['a start before the broadcast', { startTicks: -1 }],
    ['an msn of 0', { msn: 0 }],
    ['half a byte', { sizeBytes: 0.5 }],
    ['more bytes than a part has', { sizeBytes: 64 * 1024 * 1024 + 1 }],
    ['a path for a rendition', { renditionId: '../v720' }],
  ])('has no part with %s', (_what, wrong) => {
    expect(Announcement.safeParse({ ...announcement, parts: [{ ...part, ...wrong }] }).success).toBe(false);
  });

  it('describes no broadcast that began after the year that dates can be printed of', () => {
    const began = (startedAtMs: number) =>
      Announcement.safeParse({ ...announcement, description: { ...description, startedAtMs } }).success;
    expect([began(Date.UTC(9999, 0, 1)), began(Date.UTC(9999, 0, 1) + 1)]).toEqual([true, false]);
  });

  it.each([
    ['an audio rendition with a height', { kind: 'audio' }],
    ['codecs that would end the attribute they stand in', { codecs: 'avc1",X="' }],
    ['no size', { widthPx: 0 }],
  ])('describes no rendition with %s', (_what, wrong) => {
    const wrongly = { ...description, renditions: [{ ...video, ...wrong }] };
    expect(Announcement.safeParse({ ...announcement, description: wrongly }).success).toBe(false);
  });

  it('tells of date ranges, a few at a time', () => {
    const dateRanges = [
      { class: 'slate', startMs: 4_000 },
      { class: 'slate', startMs: 2_000, endMs: 2_000 },
    ];
    expect(Announcement.parse({ ...announcement, dateRanges })).toEqual({ ...announcement, dateRanges });
    const many = (length: number) =>
      Announcement.safeParse({ ...announcement, dateRanges: Array.from({ length }, () => dateRanges[0]) }).success;
    expect([many(DATE_RANGES_PER_ANNOUNCEMENT_MAX), many(DATE_RANGES_PER_ANNOUNCEMENT_MAX + 1)]).toEqual([true, false]);
  });

  it.each([
    ['a class that would end the attribute it stands in', { class: 'a",X="' }],
    ['no class', { class: '' }],
    ['a start before the broadcast', { startMs: -1 }],
    ['a start that no broadcast reaches', { startMs: 8_640_000_001 }],
    ['half a millisecond', { startMs: 0.5 }],
    ['an end before its start', { endMs: 3_999 }],
  ])('tells of no date range with %s', (_what, wrong) => {
    const dateRanges = [{ class: 'slate', startMs: 4_000, ...wrong }];
    expect(Announcement.safeParse({ ...announcement, dateRanges }).success).toBe(false);
  });

  const sprite = { firstSlot: 25, tileCount: 25, tileWidthPx: 160, tileHeightPx: 90 };

  it('tells of thumbnails and sprites, a few at a time', () => {
    const thumbnails = { newestSlot: 50, sprites: [sprite] };
    expect(Announcement.parse({ ...announcement, thumbnails })).toEqual({ ...announcement, thumbnails });
    const many = (length: number) =>
      Announcement.safeParse({ ...announcement, thumbnails: { sprites: Array.from({ length }, () => sprite) } })
        .success;
    expect([many(SPRITES_PER_ANNOUNCEMENT_MAX), many(SPRITES_PER_ANNOUNCEMENT_MAX + 1)]).toEqual([true, false]);
  });

  it.each([
    ['before the broadcast', { firstSlot: -1 }],
    ['later than any broadcast lasts', { firstSlot: 1_728_001 }],
    ['of nothing', { tileCount: 0 }],
    ['of more tiles than fit', { tileCount: 26 }],
    ['of tiles without a size', { tileWidthPx: 0 }],
    ['of tiles that are no tiles', { tileHeightPx: 4_096 }],
  ])('tells of no sprite %s', (_what, wrong) => {
    const thumbnails = { sprites: [{ ...sprite, ...wrong }] };
    expect(Announcement.safeParse({ ...announcement, thumbnails }).success).toBe(false);
  });
});
