import { describe, expect, it } from 'vitest';
import { muxedFileName, muxedInitFileName, parseMuxedFileName } from './muxed-file.ts';

describe('the file name of muxed media', () => {
  it.each([
    ['12.3.m4s', { kind: 'part', msn: 12, partIndex: 3 }],
    ['12.m4s', { kind: 'segment', msn: 12 }],
    ['init-0-16.mp4', { kind: 'init', videoVersion: 0, audioVersion: 16 }],
  ])('%s is read, and written the same', (name, expected) => {
    const file = parseMuxedFileName(name);
    expect(file).toEqual(expected);
    expect(file && muxedFileName(file)).toBe(name);
  });

  it('of an init segment tells the version of both tracks', () => {
    const name = muxedInitFileName({ videoVersion: 3, audioVersion: 0 });
    expect(name).toBe('init-3-0.mp4');
    expect(parseMuxedFileName(name)).toEqual({ kind: 'init', videoVersion: 3, audioVersion: 0 });
  });

  it.each([
    'init-0.mp4',
    'init-0-.mp4',
    'init-00-0.mp4',
    'init-0-01.mp4',
    'init-0-0-0.mp4',
    'init-65536-0.mp4',
    'init-0-99999.mp4',
    '0.m4s',
    '1.01.m4s',
    '',
  ])('has one form, and this is not it: "%s"', (name) => {
    expect(parseMuxedFileName(name)).toBeUndefined();
  });
});
