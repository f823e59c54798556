import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, readBoxes, theBox, u32At } from './box.ts';
import { AUDIO_INIT, VIDEO_INIT } from './fixtures/init-segments.ts';
import { MuxError, type MuxErrorCode } from './mux-error.ts';
import { muxedInit } from './muxed-init.ts';

const typesOf = (level: Uint8Array) => readBoxes(level).map(({ type }) => type);
const moovOf = (init: Uint8Array) => theBox(init, 'moov').body;

function at(init: Uint8Array, ...path: readonly string[]): Uint8Array {
  return path.reduce((level, type) => theBox(level, type).body, init);
}

/** Where a box's body begins in the file. */
function offsetOf(init: Uint8Array, ...path: readonly string[]): number {
  return at(init, ...path).byteOffset - init.byteOffset;
}

function changed(init: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = init.slice();
  change(new DataView(copy.buffer));
  return copy;
}

/** The same with one of its boxes left out, wherever it is. */
function without(init: Uint8Array, path: readonly string[], type: string): Uint8Array {
  const [next, ...rest] = path;
  const boxes = readBoxes(init).flatMap((box): Uint8Array[] => {
    if (next === undefined) return box.type === type ? [] : [box.bytes];
    return [box.type === next ? rewritten(box, without(box.body, rest, type)) : box.bytes];
  });
  return Uint8Array.from(boxes.flatMap((bytes) => [...bytes]));
}

function rewritten({ bytes }: Box, body: Uint8Array): Uint8Array {
  const box = Uint8Array.from([...bytes.subarray(0, 8), ...body]);
  new DataView(box.buffer).setUint32(0, box.length);
  return box;
}

function codeOf(act: () => unknown): MuxErrorCode | 'none' {
  try {
    act();
    return 'none';
  } catch (error) {
    if (error instanceof MuxError) return error.code;
    throw error;
  }
}

describe('the init segment of a picture and a sound', () => {
  const init = muxedInit(VIDEO_INIT, AUDIO_INIT);
  const traks = readBoxes(moovOf(init)).filter(({ type }) => type === 'trak');

  it('has both tracks, as they are in their own, and says so in mvex (rule A6.46)', () => {
    expect(typesOf(init)).toEqual(['ftyp', 'moov']);
    expect(typesOf(moovOf(init))).toEqual(['mvhd', 'trak', 'trak', 'mvex']);
    expect(traks[0]?.bytes).toEqual(theBox(moovOf(VIDEO_INIT), 'trak').bytes);
    expect(traks[1]?.bytes).toEqual(theBox(moovOf(AUDIO_INIT), 'trak').bytes);
    const trexes = readBoxes(at(init, 'moov', 'mvex'));
    expect(trexes.map(({ type, body }) => [type, u32At(body, 4)])).toEqual([
      ['trex', 1],
      ['trex', 2],
    ]);
  });

  it('has a free track number to come next', () => {
    const mvhd = at(init, 'moov', 'mvhd');
    expect(u32At(mvhd, mvhd.length - 4)).toBe(3);
    const own = at(VIDEO_INIT, 'moov', 'mvhd');
    expect(mvhd.slice(0, -4)).toEqual(own.slice(0, -4));
  });

  it('does not say that it is a CMAF track, for it has two (rule A6.48)', () => {
    const brandsOf = (file: Uint8Array) => new TextDecoder('latin1').decode(at(file, 'ftyp'));
    expect(brandsOf(VIDEO_INIT)).toContain('cmfc');
    expect(brandsOf(init)).not.toContain('cmfc');
    expect(brandsOf(init).slice(0, 4)).toBe('iso6');
    expect(brandsOf(init)).toHaveLength(brandsOf(VIDEO_INIT).length - 4);
  });

  it('leaves those that it is made of as they are', () => {
    const [video, audio] = [VIDEO_INIT.slice(), AUDIO_INIT.slice()];
    muxedInit(video, audio);
    expect([video, audio]).toEqual([VIDEO_INIT, AUDIO_INIT]);
  });
});

describe('two init segments are refused', () => {
  const tkhdAt = offsetOf(AUDIO_INIT, 'moov', 'trak', 'tkhd');
  const trexAt = offsetOf(AUDIO_INIT, 'moov', 'mvex', 'trex');

  it('whose tracks have the same number: their parts could not be told apart', () => {
    const audio = changed(AUDIO_INIT, (view) => {
      view.setUint32(tkhdAt + 12, 1);
      view.setUint32(trexAt + 4, 1);
    });
    expect(codeOf(() => muxedInit(VIDEO_INIT, audio))).toBe('track-id-shared');
  });

  it('whose trex is of another track', () => {
    const audio = changed(AUDIO_INIT, (view) => view.setUint32(trexAt + 4, 7));
    expect(codeOf(() => muxedInit(VIDEO_INIT, audio))).toBe('track-unexpected');
  });

  it('that are not a picture and a sound, in this order', () => {
    expect(codeOf(() => muxedInit(AUDIO_INIT, VIDEO_INIT))).toBe('track-unexpected');
    expect(codeOf(() => muxedInit(VIDEO_INIT, VIDEO_INIT))).toBe('track-unexpected');
  });

  it.each([
    [[], 'ftyp'],
    [[], 'moov'],
    [['moov'], 'mvhd'],
    [['moov'], 'trak'],
    [['moov'], 'mvex'],
    [['moov', 'mvex'], 'trex'],
    [['moov', 'trak'], 'tkhd'],
    [['moov', 'trak', 'mdia'], 'hdlr'],
  ])('in which %j lacks %s', (path, type) => {
    expect(codeOf(() => muxedInit(without(VIDEO_INIT, path, type), AUDIO_INIT))).toBe('box-missing');
  });

  it('that have two of what there must be one of', () => {
    const twice = Uint8Array.from([...VIDEO_INIT, ...theBox(VIDEO_INIT, 'moov').bytes]);
    expect(codeOf(() => muxedInit(twice, AUDIO_INIT))).toBe('box-twice');
  });

  it('that are cut off, or scribbled over, and in no other way', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(
        fc.nat(VIDEO_INIT.length),
        fc.array(fc.tuple(fc.nat(VIDEO_INIT.length - 1), fc.nat(255)), { maxLength: 3 }),
        (lengthBytes, changes) => {
          const video = VIDEO_INIT.slice(0, lengthBytes);
          for (const [index, value] of changes) if (index < video.length) video[index] = value;
          outcomes.add(codeOf(() => muxedInit(video, AUDIO_INIT)));
        },
      ),
      { numRuns: 2_000 },
    );
    expect(outcomes).toContain('box-malformed');
  });
});
