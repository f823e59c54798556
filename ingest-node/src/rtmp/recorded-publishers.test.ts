/** Real encoders, recorded: `fixtures/*.md` tell which and how. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SourceEvent, SourcePacket } from '../media/source.ts';
import { SessionFixture } from './rtmp-client-fixture.ts';
import { everyPieceSize, inPieces } from './split-fixture.ts';

function recording(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}.bin`, import.meta.url)));
}

/** Plays a recording into a session that says yes as soon as it is asked. */
function replay(pieces: Iterable<Uint8Array>): SessionFixture {
  const fixture = new SessionFixture();
  for (const piece of pieces) {
    fixture.send(piece);
    fixture.do((session) => session.grant({}, fixture.nowMs));
  }
  return fixture;
}

const eventsOf = (fixture: SessionFixture): SourceEvent[] => fixture.of('media').map(({ event }) => event);
const packetsOf = (fixture: SessionFixture, kind: 'video' | 'audio'): SourcePacket[] =>
  eventsOf(fixture).filter((event): event is SourcePacket => event.kind === kind);

const AT_15_FPS_US = [66_000, 67_000];
const RECORDINGS = [
  {
    name: 'obs-29.0-publish',
    encoder: 'obs-output module (libobs version 29.0.2.1-1+b1)',
    codecs: ['h264', 'aac'],
    audio: { sampleRateHz: 48_000, channelCount: 2 },
    packets: { video: 61, audio: 143 },
    stepsUs: [50_000],
  },
  {
    name: 'ffmpeg-5.1-publish',
    encoder: 'Lavf59.27.100',
    codecs: ['h264', 'aac'],
    audio: { sampleRateHz: 44_100, channelCount: 1 },
    packets: { video: 15, audio: 45 },
    stepsUs: AT_15_FPS_US,
  },
  {
    name: 'gst-1.22-rtmp2sink-publish',
    encoder: 'GStreamer 1.22.0 FLV muxer',
    codecs: ['h264', 'aac'],
    audio: { sampleRateHz: 44_100, channelCount: 1 },
    packets: { video: 15, audio: 44 },
    stepsUs: AT_15_FPS_US,
  },
  {
    name: 'gst-1.22-rtmpsink-publish',
    encoder: 'GStreamer 1.22.0 FLV muxer',
    codecs: ['h264', 'aac'],
    audio: { sampleRateHz: 44_100, channelCount: 1 },
    packets: { video: 15, audio: 44 },
    stepsUs: AT_15_FPS_US,
  },
  {
    name: 'ffmpeg-8.1-hevc-opus',
    encoder: 'Lavf62.19.101',
    codecs: ['hevc', 'opus'],
    audio: { sampleRateHz: 48_000, channelCount: 1 },
    packets: { video: 15, audio: 51 },
    stepsUs: AT_15_FPS_US,
  },
  {
    name: 'ffmpeg-8.1-av1-aac',
    encoder: 'Lavf62.19.101',
    codecs: ['av1', 'aac'],
    audio: { sampleRateHz: 48_000, channelCount: 1 },
    packets: { video: 15, audio: 47 },
    stepsUs: AT_15_FPS_US,
  },
];

describe.each(RECORDINGS)('$name', ({ name, encoder, codecs, audio: shape, packets, stepsUs }) => {
  const bytes = recording(name);
  const whole = replay([bytes]);

  it('asks for its key, publishes and says goodbye', () => {
    expect(whole.of('publish-asked')).toEqual([{ kind: 'publish-asked', name: { streamKey: 'demo-key' } }]);
    expect(whole.of('ended')).toEqual([{ kind: 'ended', end: { reason: 'unpublished', detail: 'FCUnpublish' } }]);
    expect(whole.of('closed')).toEqual([]);
    expect(whole.of('warning')).toEqual([]);
    expect(whole.codes.filter((code) => String(code).startsWith('Net'))).toEqual(
      expect.arrayContaining([
        'NetConnection.Connect.Success',
        'NetStream.Publish.Start',
        'NetStream.Unpublish.Success',
      ]),
    );
  });

  it('gives the metadata, the configurations and all packets', () => {
    const events = eventsOf(whole);
    expect(events.find((event) => event.kind === 'metadata')).toMatchObject({ widthPx: 160, heightPx: 90, encoder });
    const video = events.find((event) => event.kind === 'video-config');
    const audio = events.find((event) => event.kind === 'audio-config');
    expect([video?.codec, audio?.codec]).toEqual(codecs);
    expect(audio).toMatchObject(shape);
    expect(packetsOf(whole, 'video')).toHaveLength(packets.video);
    expect(packetsOf(whole, 'audio')).toHaveLength(packets.audio);
  });

  it('has times that go forward by a frame at a time, from a keyframe on', () => {
    const video = packetsOf(whole, 'video');
    expect(video.map((event) => event.isKeyframe)).toEqual(video.map((_, index) => index === 0));
    const steps = video.slice(1).map((event, index) => event.dtsUs - (video[index]?.dtsUs ?? 0));
    for (const stepUs of steps) expect(stepsUs).toContain(stepUs);
  });

  it('is read the same however its bytes are split', () => {
    for (const pieces of everyPieceSize(bytes)) {
      const fixture = replay(pieces);
      expect(eventsOf(fixture)).toEqual(eventsOf(whole));
      expect(fixture.of('ended')).toEqual(whole.of('ended'));
    }
  });

  it('can break off anywhere without harm', () => {
    for (let at = 0; at < bytes.length; at += 499) {
      const fixture = replay(inPieces(bytes.subarray(0, at), 4_096));
      fixture.do((session) => session.lose({ reason: 'peer-left', detail: 'FIN' }, fixture.nowMs));
      expect(fixture.of('closed')).toMatchObject([{ end: { reason: 'peer-left' } }]);
      expect(fixture.of('ended').length).toBe(fixture.of('publish-asked').length);
    }
  });
});
