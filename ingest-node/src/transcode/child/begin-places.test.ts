import { AUDIO_SAMPLE_RATE_HZ, BroadcastDescription, mediaGrid, type NextParts, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { beginPlaces } from './begin-places.ts';

const V = RenditionId.parse('v360');
const A = RenditionId.parse('a128');
const grid = mediaGrid('low', { num: 30, den: 1 });
const PART_US = 533_333.333;

function description(configuration: string): BroadcastDescription {
  const common = { partTargetTicks: 1, bitrateBpsMax: 1_000_000, initVersion: 0 };
  const video = { kind: 'video', id: V, codecs: 'avc1.64001E', timescaleHz: 30_000, widthPx: 640, heightPx: 360 };
  const audio = { kind: 'audio', id: A, codecs: 'mp4a.40.2', timescaleHz: AUDIO_SAMPLE_RATE_HZ, channelCount: 2 };
  return BroadcastDescription.parse({
    profile: 'low',
    frameRate: grid.frameRate,
    startedAtMs: 1_700_000_000_000,
    renditions: [
      { ...video, ...common, frameRate: grid.frameRate, configuration },
      { ...audio, ...common, sampleRateHz: AUDIO_SAMPLE_RATE_HZ, configuration: 'EZA=' },
    ],
  });
}

function begin(made: string, next: NextParts, sinceParts: number): NextParts {
  const continues = { description: description('AWQA'), next };
  return beginPlaces({ grid, made: description(made), continues, sinceStartUs: sinceParts * PART_US });
}

const at = (msn: number, partIndex: number) => ({ msn, partIndex });

describe('where a broadcast goes on', () => {
  it('is, under the same init segments, with the part of each rendition that is due', () => {
    expect(begin('AWQA', { [V]: at(5, 1), [A]: at(5, 2) }, 18)).toEqual({ [V]: at(5, 1), [A]: at(5, 2) });
  });

  it('is with a segment under other init segments: the first that no rendition has begun', () => {
    expect(begin('AWQB', { [V]: at(5, 1), [A]: at(5, 2) }, 18)).toEqual({ [V]: at(6, 0), [A]: at(6, 0) });
  });

  it('is not with the part that is due, which was hinted under the init segments before', () => {
    expect(begin('AWQB', { [V]: at(5, 0), [A]: at(5, 0) }, 16)).toEqual({ [V]: at(6, 0), [A]: at(6, 0) });
    expect(begin('AWQB', { [V]: at(4, 3), [A]: at(5, 0) }, 16)).toEqual({ [V]: at(6, 0), [A]: at(6, 0) });
    expect(begin('AWQB', { [V]: at(4, 3), [A]: at(4, 3) }, 16)).toEqual({ [V]: at(5, 0), [A]: at(5, 0) });
  });

  // 15 parts of 0.533 s are 8 s.
  it('is with the next segment, where too much was missed to be made good', () => {
    const due = { [V]: at(5, 1), [A]: at(5, 2) };
    expect(begin('AWQA', due, 17 + 14.9)).toEqual(due);
    expect(begin('AWQA', due, 17 + 15.1)).toEqual({ [V]: at(10, 0), [A]: at(10, 0) });
    expect(begin('AWQB', due, 20 + 15.1)).toEqual({ [V]: at(10, 0), [A]: at(10, 0) });
  });

  it('is the beginning, where nothing was made', () => {
    expect(begin('AWQA', {}, 1)).toEqual({ [V]: at(1, 0), [A]: at(1, 0) });
  });

  // A lent part is announced when its lender's was stored, so together with it or a little later.
  it('is with the part that is due, where one rendition rested and was lent its parts', () => {
    const behind = { [V]: at(5, 1), [A]: at(5, 2) };
    expect(begin('AWQA', behind, 18)).toEqual(behind);
    const equal = { [V]: at(6, 0), [A]: at(6, 0) };
    expect(begin('AWQA', equal, 20)).toEqual(equal);
    expect(begin('AWQB', { [V]: at(5, 3), [A]: at(6, 0) }, 20)).toEqual({ [V]: at(7, 0), [A]: at(7, 0) });
  });

  it('is never before what is due, whatever the clocks of two nodes say', () => {
    expect(begin('AWQA', { [V]: at(5, 1), [A]: at(5, 1) }, 3)).toEqual({ [V]: at(5, 1), [A]: at(5, 1) });
  });
});
