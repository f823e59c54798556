import { describe, expect, it } from 'vitest';
import { ChunkWriter } from './chunk-writer.ts';
import { abort, MESSAGE, pingRequest, type RtmpMessage, setChunkSize } from './message.ts';
import { MessageMeter } from './message-meter.ts';
import { AAC_FRAME, AVC_KEYFRAME, SessionFixture } from './rtmp-client-fixture.ts';
import { joined } from './split-fixture.ts';

const chunks = (meter: MessageMeter, count: number, nowMs = 0) => {
  for (let index = 0; index < count; index++) meter.countChunk(nowMs);
};

it('allows somebody who was not let in so many messages, however slowly they come', () => {
  const meter = new MessageMeter();
  for (let count = 0; count < 500; count++) meter.count(1, count * 10_000);
  expect(() => meter.count(1, 1e9)).toThrow('messages-above-limit');
});

it('allows somebody who was let in a rate, over a window', () => {
  const meter = new MessageMeter();
  meter.begin();
  for (let second = 0; second < 100; second++) meter.count(4_000, second * 1_000);
  expect(() => meter.count(16_001, 99_000)).toThrow('messages-above-limit');
  for (let second = 0; second < 10; second++) chunks(meter, 60_000, second * 1_000);
  expect(() => chunks(meter, 60_001, 9_000)).toThrow('chunks-above-limit');
});

it('counts a command of somebody who was let in for many messages, and of nobody else', () => {
  const meter = new MessageMeter();
  for (let count = 0; count < 10_000; count++) meter.countCommand(0);
  meter.count(500, 0);
  meter.begin();
  for (let count = 0; count < 10_000; count++) meter.countCommand(0);
  expect(() => meter.countCommand(0)).toThrow('messages-above-limit');
});

it('begins anew with each time that somebody is let in', () => {
  const meter = new MessageMeter();
  for (let time = 0; time < 2; time++) {
    meter.count(500, 0);
    chunks(meter, 5_000);
    meter.countStrangerBytes(1_024 * 1_024);
    meter.begin();
    meter.end();
  }
  meter.count(500, 0);
  chunks(meter, 5_000);
  meter.countStrangerBytes(1_024 * 1_024);
  expect(() => meter.countChunk(0)).toThrow('chunks-above-limit');
});

function media(sizeBytes: number): RtmpMessage {
  return { typeId: MESSAGE.video, messageStreamId: 1, timestampMs: 0, payload: new Uint8Array(sizeBytes) };
}

/** A message that nobody wants, in as many chunks as can be. */
function chunksOfOneByte(payload: Uint8Array): Uint8Array {
  const writer = new ChunkWriter();
  return joined([writer.writeChunkSize(1), writer.write({ ...media(0), typeId: 99, payload })]);
}

describe('in a session', () => {
  const ended = (fixture: SessionFixture) => fixture.of('closed').map(({ end }) => end.detail.split(':')[0]);

  it('ends a stranger that goes on talking, also by what is answered without a word', () => {
    const fixture = SessionFixture.connected();
    const ping = fixture.client.message(MESSAGE.userControl, pingRequest(1).payload, { streamId: 0 });
    for (let count = 1; count < 500; count++) fixture.send(ping);
    expect(ended(fixture)).toEqual([]);
    expect(ended(fixture.send(ping))).toEqual(['messages-above-limit']);
  });

  it.each([
    ['that sends chunks of one byte', (bytes: Uint8Array) => chunksOfOneByte(bytes), 'chunks-above-limit'],
    // These two are obeyed where chunks are read, and are no message to anybody else.
    ['that changes the chunk size all the time', () => setChunkSize(128), 'chunks-above-limit'],
    ['that takes back what it never began', () => abort(9), 'chunks-above-limit'],
    ['that sends media to nobody', () => media(60_000), 'stranger-bytes-above-limit'],
  ])('ends a stranger %s', (_what, make, code) => {
    const fixture = SessionFixture.connected();
    const made = make(new Uint8Array(10_000));
    const writer = new ChunkWriter();
    fixture.send(writer.writeChunkSize(65_536));
    const pieces = 'typeId' in made ? Array.from({ length: 5_000 }, () => writer.write(made)) : [made];
    for (const piece of pieces) if (fixture.of('closed').length === 0) fixture.send(piece);
    expect(ended(fixture)).toEqual([code]);
  });

  it('takes chunks of 128 bytes at the highest bitrate, and no flood of smaller ones', () => {
    const fixture = SessionFixture.live();
    const frame = fixture.client.video(joined([AVC_KEYFRAME, new Uint8Array(104_000)]));
    for (let count = 0; count < 600; count++) {
      fixture.nowMs += 1_000 / 60;
      fixture.send(frame);
    }
    expect(ended(fixture)).toEqual([]);
    fixture.send(chunksOfOneByte(new Uint8Array(130_000)));
    expect(ended(fixture)).toEqual(['chunks-above-limit']);
  });

  it('lets a publisher send more than that, and not any number at once', () => {
    const fixture = SessionFixture.live();
    for (let count = 0; count < 5_000; count++) fixture.send(fixture.client.audio(AAC_FRAME, count));
    expect(ended(fixture)).toEqual([]);
    for (let count = 0; count < 25_000; count++) fixture.send(fixture.client.audio(AAC_FRAME, count));
    expect(ended(fixture)).toEqual(['messages-above-limit']);
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'protocol-error' } }]);
  });
});
