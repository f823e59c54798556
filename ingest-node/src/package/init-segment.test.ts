import { mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { initSegment } from './init-segment.ts';
import { PackageError } from './package-error.ts';
import { A128, AAC_CONFIGURATION, AVC_CONFIGURATION, fakeBroadcast, V720 } from './packaging-fixture.ts';
import { bodyAt, readBoxes, viewOf } from './read-back.ts';

const FRAME_RATE = { num: 30_000, den: 1_001 };
const { renditions } = fakeBroadcast('low', FRAME_RATE).description;

function rendition(id: string) {
  const found = renditions.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const videoInit = viewOf(initSegment(rendition(V720), AVC_CONFIGURATION));
const audioInit = viewOf(initSegment(rendition(A128), AAC_CONFIGURATION));
const bytesOf = (view: DataView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const typesOf = (view: DataView) => readBoxes(view).map(({ type }) => type);

describe('an init segment', () => {
  it.each([
    ['video', videoInit],
    ['audio', audioInit],
  ])('of %s is ftyp and moov, with one track, empty tables and no media', (_kind, init) => {
    expect(typesOf(init)).toEqual(['ftyp', 'moov']);
    expect(typesOf(bodyAt(init, 'moov'))).toEqual(['mvhd', 'trak', 'mvex']);
    expect(typesOf(bodyAt(init, 'moov', 'trak'))).toEqual(['tkhd', 'mdia']);
    const stbl = bodyAt(init, 'moov', 'trak', 'mdia', 'minf', 'stbl');
    expect(typesOf(stbl)).toEqual(['stsd', 'stts', 'stsc', 'stsz', 'stco']);
    for (const type of ['stts', 'stsc', 'stco']) expect(bodyAt(stbl, type).getUint32(4)).toBe(0);
    expect(bodyAt(stbl, 'stsz').getUint32(8)).toBe(0);
    expect(bodyAt(init, 'moov', 'mvhd').getUint32(16)).toBe(0);
    expect(bodyAt(init, 'moov', 'trak', 'tkhd').getUint32(20)).toBe(0);
  });

  it('says that it is CMAF, and readable by whatever knows fragments (rules A6.46, A6.51)', () => {
    const brands = Buffer.from(bytesOf(bodyAt(videoInit, 'ftyp'))).toString('latin1');
    expect(brands.slice(0, 4)).toBe('iso6');
    expect(brands.slice(8)).toContain('cmfc');
  });

  it.each([
    ['pictures', videoInit, 1],
    ['sound', audioInit, 2],
  ])('numbers the track of %s so that both can be in one file', (_kind, init, trackId) => {
    const tkhd = bodyAt(init, 'moov', 'trak', 'tkhd');
    const trex = bodyAt(init, 'moov', 'mvex', 'trex');
    const mvhd = bodyAt(init, 'moov', 'mvhd');
    expect([tkhd.getUint32(12), trex.getUint32(4), mvhd.getUint32(96)]).toEqual([trackId, trackId, trackId + 1]);
  });

  it('counts in the timescale of its rendition', () => {
    const grid = mediaGrid('low', FRAME_RATE);
    expect(bodyAt(videoInit, 'moov', 'trak', 'mdia', 'mdhd').getUint32(12)).toBe(grid.videoTimescaleHz);
    expect(bodyAt(audioInit, 'moov', 'trak', 'mdia', 'mdhd').getUint32(12)).toBe(48_000);
  });

  it('holds the size of the picture, square pixels and the parameter sets as they came', () => {
    const entry = bodyAt(videoInit, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd');
    const avc1 = readBoxes(new DataView(entry.buffer, entry.byteOffset + 8, entry.byteLength - 8))[0];
    expect(avc1?.type).toBe('avc1');
    expect([avc1?.body.getUint16(24), avc1?.body.getUint16(26)]).toEqual([1_280, 720]);
    const inner = readBoxes(
      new DataView(entry.buffer, (avc1?.body.byteOffset ?? 0) + 78, (avc1?.body.byteLength ?? 0) - 78),
    );
    expect(inner.map(({ type }) => type)).toEqual(['avcC', 'pasp']);
    expect(inner[0] && bytesOf(inner[0].body)).toEqual(AVC_CONFIGURATION);
    const tkhd = bodyAt(videoInit, 'moov', 'trak', 'tkhd');
    expect([tkhd.getUint32(76) >>> 16, tkhd.getUint32(80) >>> 16]).toEqual([1_280, 720]);
  });

  it('holds the AudioSpecificConfig as it came, with lengths that add up', () => {
    const entry = bodyAt(audioInit, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd');
    const mp4a = readBoxes(new DataView(entry.buffer, entry.byteOffset + 8, entry.byteLength - 8))[0];
    expect(mp4a?.type).toBe('mp4a');
    expect(mp4a?.body.getUint16(16)).toBe(2);
    expect(mp4a?.body.getUint32(24) === 48_000 * 0x10000).toBe(true);
    const esds = readBoxes(
      new DataView(entry.buffer, (mp4a?.body.byteOffset ?? 0) + 28, (mp4a?.body.byteLength ?? 0) - 28),
    )[0];
    const [, , , , ...descriptors] = esds === undefined ? [] : bytesOf(esds.body);
    const [esTag, esLength, , , , decoderTag, decoderLength] = descriptors;
    expect([esTag, esLength]).toEqual([3, descriptors.length - 2]);
    expect(decoderTag).toBe(4);
    const decoder = descriptors.slice(7, 7 + (decoderLength ?? 0));
    expect(decoder.slice(0, 2)).toEqual([0x40, 0x15]);
    expect(decoder.slice(13)).toEqual([5, AAC_CONFIGURATION.length, ...AAC_CONFIGURATION]);
    expect(descriptors.slice(7 + decoder.length)).toEqual([6, 1, 2]);
  });

  it('is refused for a codec that has no sample entry here', () => {
    const hevc = { ...rendition(V720), codecs: 'hvc1.1.6.L93' };
    expect(() => initSegment(hevc, AVC_CONFIGURATION)).toThrow(PackageError);
  });
});
