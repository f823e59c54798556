import { describe, expect, it } from 'vitest';
import type { SourceConfig, SourceEvent, SourcePacket } from '../media/source.ts';
import { type Pushed, PushStream } from './push-stream.ts';

const LIMITS = { playQueueBytesMax: 1_000, playSlowMs: 10_000 };
const VIDEO: SourceConfig = { kind: 'video-config', codec: 'h264', extradata: Uint8Array.of(1, 2) };
const AUDIO: SourceConfig = {
  kind: 'audio-config',
  codec: 'aac',
  extradata: Uint8Array.of(3),
  sampleRateHz: 0,
  channelCount: 0,
};

function packet(kind: SourcePacket['kind'], ms: number, isKeyframe = false, sizeBytes = 10): SourcePacket {
  return { kind, dtsUs: ms * 1_000, ptsUs: ms * 1_000, isKeyframe, payload: new Uint8Array(sizeBytes) };
}

function kinds(pushed: Pushed): unknown {
  return typeof pushed === 'string' ? pushed : pushed.map((event) => event.kind);
}

const IDLE = { queuedBytes: 0, nowMs: 0 };

function begun(): PushStream {
  const stream = new PushStream(LIMITS);
  stream.write([VIDEO, AUDIO, packet('video', 0, true)], IDLE);
  return stream;
}

describe('what a target is sent', () => {
  it('begins at a keyframe, with the tracks first', () => {
    const stream = new PushStream(LIMITS);
    const metadata: SourceEvent = { kind: 'metadata', widthPx: 320 };
    const events = [AUDIO, packet('audio', 0), VIDEO, metadata, packet('video', 10), packet('audio', 20)];
    expect(stream.write(events, IDLE)).toEqual([]);
    const first = stream.write([packet('video', 40, true), packet('audio', 50)], IDLE);
    expect(kinds(first)).toEqual(['metadata', 'audio-config', 'video-config', 'video', 'audio']);
    expect(stream.droppedPackets).toBe(0);
  });

  it('waits two seconds for a track that is late, and then does without it', () => {
    const stream = new PushStream(LIMITS);
    expect(stream.write([VIDEO, packet('video', 0, true)], { queuedBytes: 0, nowMs: 100 })).toEqual([]);
    expect(stream.write([packet('video', 1_999, true)], { queuedBytes: 0, nowMs: 2_099 })).toEqual([]);
    const first = stream.write([packet('video', 2_000, true)], { queuedBytes: 0, nowMs: 2_100 });
    expect(kinds(first)).toEqual(['video-config', 'video']);
  });

  it('of a source without a picture begins at any sound', () => {
    const stream = new PushStream(LIMITS);
    stream.write([AUDIO, packet('audio', 0)], IDLE);
    expect(kinds(stream.write([packet('audio', 2_000)], { queuedBytes: 0, nowMs: 2_000 }))).toEqual([
      'audio-config',
      'audio',
    ]);
  });

  it('goes on where the same configuration comes again, and not where another one does', () => {
    const stream = begun();
    expect(kinds(stream.write([{ ...VIDEO }, packet('video', 40)], IDLE))).toEqual(['video']);
    expect(stream.write([{ ...VIDEO, extradata: Uint8Array.of(1, 3) }], IDLE)).toBe('source-changed');
    expect(begun().write([{ ...VIDEO, codec: 'hevc' }], IDLE)).toBe('source-changed');
  });

  it('gets another connection for a track that came too late for this one', () => {
    const stream = new PushStream(LIMITS);
    stream.write([VIDEO, packet('video', 0, true)], IDLE);
    stream.write([packet('video', 2_000, true)], { queuedBytes: 0, nowMs: 2_000 });
    expect(stream.write([AUDIO], IDLE)).toBe('source-changed');
  });

  it('of another publisher begins at a keyframe again, and its time goes on', () => {
    const stream = begun();
    stream.restart();
    expect(stream.write([VIDEO, AUDIO, packet('video', 0), packet('audio', 0)], IDLE)).toEqual([]);
    const [first] = stream.write([packet('video', 10, true)], IDLE);
    expect(first).toMatchObject({ kind: 'video', dtsUs: 33_333 });
  });

  it('is left out from a full queue on until it is half empty and a keyframe comes', () => {
    const stream = begun();
    const full = { queuedBytes: 995, nowMs: 0 };
    expect(stream.write([packet('video', 40), packet('audio', 50)], full)).toEqual([]);
    expect(stream.write([packet('video', 80, true)], { queuedBytes: 501, nowMs: 0 })).toEqual([]);
    expect(stream.write([packet('video', 120)], { queuedBytes: 0, nowMs: 0 })).toEqual([]);
    expect(kinds(stream.write([packet('video', 160, true)], { queuedBytes: 500, nowMs: 0 }))).toEqual(['video']);
    expect(stream.droppedPackets).toBe(4);
  });

  it('counts what it has sent itself into the queue', () => {
    const stream = begun();
    const large = Array.from({ length: 5 }, (_, index) => packet('video', 40 + index, false, 300));
    expect(kinds(stream.write(large, IDLE))).toEqual(['video', 'video', 'video']);
  });

  it('is over where the queue stands for too long', () => {
    const stream = begun();
    stream.write([packet('video', 40)], { queuedBytes: 995, nowMs: 1_000 });
    expect(stream.write([packet('video', 80)], { queuedBytes: 995, nowMs: 10_999 })).toEqual([]);
    expect(stream.write([packet('video', 120)], { queuedBytes: 995, nowMs: 11_000 })).toBe('too-slow');
  });
});
