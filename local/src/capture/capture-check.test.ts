import { beforeAll, describe, expect, it } from 'vitest';
import { viewOf } from './box-reader.ts';
import type { Capture, CapturedObject } from './capture.ts';
import { type CaptureFixture, captureFixture } from './capture-fixture.ts';
import { checkDecoding } from './check-decoding.ts';
import { checkRendition } from './check-media.ts';
import { gridOf } from './rendition-view.ts';

let fixture: CaptureFixture;
beforeAll(async () => {
  fixture = await captureFixture();
});

describe('the capture checker', () => {
  it('finds nothing in a healthy capture', () => {
    const check = checkOf(fixture.capture);
    expect(check.violations).toEqual([]);
    expect(check.segmentCount).toBe(2);
  });

  it.each([
    ['a tfdt that jumps', 'tfdt continuity', { object: inSegment2(shiftTfdt) }],
    ['a segment that is not on the grid', 'on the grid', { object: inSegment2(shiftTfdt) }],
    ['a segment that is too short', 'segment duration', { object: inSegment2(shortenSamples) }],
    ['prft gone', 'prft', { object: inSegment2(renamePrft) }],
    ['an object that is not there', 'listed is there', { object: inSegment2(asMissing) }],
    ['a mutable object', 'cache header', { object: inSegment2((each) => ({ ...each, cacheControl: 'no-store' })) }],
    ['half a segment', 'boxes', { object: inSegment2((each) => ({ ...each, bytes: each.bytes.slice(0, -9) })) }],
    ['a date that is off', 'PROGRAM-DATE-TIME', { playlist: (text: string) => text.replace('12:00:04', '12:00:05') }],
    ['a rounded EXTINF', 'declared duration', { playlist: (text: string) => text.replace('4.26667', '4.267') }],
  ])('finds %s', (_name, rule, change) => {
    const rules = checkOf(fixture.with(change)).violations.map((violation) => violation.rule);
    expect(rules).toContain(rule);
  });

  it('asks nothing of the media of a gap, and all of what follows it', () => {
    const asGap = (text: string) => text.replace('#EXTINF', '#EXT-X-GAP\n#EXTINF');
    const check = checkOf(fixture.with({ playlist: asGap }));
    expect([check.violations, check.segmentCount]).toEqual([[], 1]);
    const rules = checkOf(fixture.with({ playlist: asGap, object: inSegment2(shiftTfdt) })).violations;
    expect(rules.map(({ rule }) => rule)).toContain('on the grid');
  });

  it('lets FFmpeg decode every frame', async () => {
    const check = await checkDecoding(renditionOf(fixture.capture));
    expect(check).toEqual({ violations: [], frameCount: 256, format: 'h264 256x144' });
  });

  it('tells when FFmpeg cannot decode', async () => {
    const broken = fixture.with({ object: inSegment2(scribbleOverMedia) });
    expect((await checkDecoding(renditionOf(broken))).violations).not.toEqual([]);
  });
});

function checkOf(capture: Capture) {
  return checkRendition(renditionOf(capture), capture, gridOf(capture));
}

function renditionOf(capture: Capture) {
  const [rendition] = capture.renditions;
  if (rendition === undefined) throw new Error('the fixture has no rendition');
  return rendition;
}

function inSegment2(change: (object: CapturedObject) => CapturedObject) {
  return (object: CapturedObject) => (object.url.endsWith('/2.m4s') ? change(object) : object);
}

/** Changes the bytes at an offset from where a box's type stands. */
function edited(
  object: CapturedObject,
  boxType: string,
  edit: (view: DataView, typeAt: number) => void,
): CapturedObject {
  const bytes = object.bytes.slice();
  edit(viewOf(bytes), Buffer.from(bytes.buffer).indexOf(boxType));
  return { ...object, bytes };
}

function shiftTfdt(object: CapturedObject): CapturedObject {
  return edited(object, 'tfdt', (view, at) => view.setUint32(at + 12, view.getUint32(at + 12) + 1));
}

function shortenSamples(object: CapturedObject): CapturedObject {
  // FFmpeg writes the duration that all samples have into tfhd, after the track and the description.
  return edited(object, 'tfhd', (view, at) => view.setUint32(at + 16, 999));
}

function renamePrft(object: CapturedObject): CapturedObject {
  return edited(object, 'prft', (view, at) => view.setUint32(at, 0x66726565));
}

function scribbleOverMedia(object: CapturedObject): CapturedObject {
  return edited(object, 'mdat', (view, at) => {
    for (let offset = at + 4; offset < view.byteLength; offset += 97) view.setUint8(offset, 0xff);
  });
}

function asMissing(object: CapturedObject): CapturedObject {
  return { ...object, status: 404 };
}
