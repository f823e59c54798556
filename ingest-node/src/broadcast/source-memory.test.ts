import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../media/source.ts';
import { SourceMemory } from './source-memory.ts';

const VIDEO: SourceEvent = { kind: 'video-config', codec: 'h264', extradata: Uint8Array.of(1) };
const AUDIO: SourceEvent = {
  kind: 'audio-config',
  codec: 'aac',
  extradata: Uint8Array.of(2),
  sampleRateHz: 48_000,
  channelCount: 2,
};

function packet(kind: 'video' | 'audio', ptsUs: number, isKeyframe = false, sizeBytes = 10): SourceEvent {
  return { kind, ptsUs, dtsUs: ptsUs, isKeyframe, payload: new Uint8Array(sizeBytes) };
}

function remembered(...events: SourceEvent[]): SourceMemory {
  const memory = new SourceMemory();
  for (const event of events) memory.push(event);
  return memory;
}

describe('what is remembered of a source', () => {
  const key = packet('video', 100, true);
  const [after, sound] = [packet('video', 133), packet('audio', 120)];

  it('is its configurations, and what came since its last keyframe', () => {
    const memory = remembered(VIDEO, AUDIO, packet('video', 0, true), packet('audio', 10), key, sound, after);
    expect(memory.events()).toEqual([VIDEO, AUDIO, key, sound, after]);
    expect(memory.configurations()).toEqual([VIDEO, AUDIO]);
  });

  it('is the newest configuration of each kind, the picture first, and no picture of another one', () => {
    const changed: SourceEvent = { ...VIDEO, extradata: Uint8Array.of(9) };
    const memory = remembered(AUDIO, VIDEO, key, sound, changed);
    expect(memory.events()).toEqual([changed, AUDIO]);
    expect(memory.configurations()).toEqual([changed, AUDIO]);
  });

  it('is nothing that came before a keyframe, which nobody could begin with', () => {
    expect(remembered(VIDEO, AUDIO, sound, after).events()).toEqual([VIDEO, AUDIO]);
  });

  it('is the last packet of a source without a picture, however long it lasts', () => {
    const memory = remembered(AUDIO, ...Array.from({ length: 7_000 }, (_, at) => packet('audio', at)));
    expect(memory.events()).toEqual([AUDIO, packet('audio', 6_999)]);
    expect(memory.sizeBytes).toBe(10);
  });

  const MEBIBYTE = 1_024 * 1_024;
  it.each([
    ['bytes', Array.from({ length: 10 }, (_, at) => packet('video', at, false, at === 0 ? MEBIBYTE - 10 : MEBIBYTE))],
    ['packets', Array.from({ length: 5_999 }, (_, at) => packet('audio', at))],
  ])('is as many %s as may be, and none beyond them until the next keyframe', (_what, asMuchAsMayBe) => {
    const memory = remembered(VIDEO, packet('video', 0, true), ...asMuchAsMayBe);
    expect(memory.events()).toHaveLength(2 + asMuchAsMayBe.length);
    memory.push(after);
    expect(memory.events()).toEqual([VIDEO]);
    memory.push(sound);
    expect(memory.events()).toEqual([VIDEO]);
    memory.push(key);
    memory.push(sound);
    expect(memory.events()).toEqual([VIDEO, key, sound]);
    expect(memory.sizeBytes).toBe(20);
  });

  it('is nothing once another publisher is there', () => {
    const memory = remembered(VIDEO, key);
    memory.clear();
    expect(memory.events()).toEqual([]);
  });
});
