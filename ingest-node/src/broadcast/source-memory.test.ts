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

  it('is the newest configuration of each kind', () => {
    const changed: SourceEvent = { ...VIDEO, extradata: Uint8Array.of(9) };
    expect(remembered(VIDEO, key, changed).configurations()).toEqual([changed]);
  });

  it.each([
    ['bytes', Array.from({ length: 13 }, (_, at) => packet('video', at, false, 1024 * 1024))],
    ['packets', Array.from({ length: 2_001 }, (_, at) => packet('audio', at))],
  ])('is no GOP that has too many %s, until the next keyframe', (_what, tooMany) => {
    const memory = remembered(VIDEO, packet('video', 0, true), ...tooMany, after);
    expect(memory.events()).toEqual([VIDEO]);
    memory.push(key);
    memory.push(sound);
    expect(memory.events()).toEqual([VIDEO, key, sound]);
  });

  it('is nothing once another publisher is there', () => {
    const memory = remembered(VIDEO, key);
    memory.clear();
    expect(memory.events()).toEqual([]);
  });
});
