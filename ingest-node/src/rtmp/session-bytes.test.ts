import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandMessage } from './command.ts';
import { MESSAGE, pingRequest, setChunkSize, windowAckSize } from './message.ts';
import {
  AAC_CONFIG,
  AAC_FRAME,
  AVC_CONFIG,
  AVC_KEYFRAME,
  CLIENT_HANDSHAKE,
  ClientBytes,
  SessionFixture,
} from './rtmp-client-fixture.ts';
import { everyPieceSize, joined } from './split-fixture.ts';

const aacFrame = (sizeBytes: number): Uint8Array => joined([AAC_FRAME, new Uint8Array(sizeBytes - AAC_FRAME.length)]);

describe('the wire', () => {
  it('answers pings with their own time, at any time', () => {
    const ping = (client: ClientBytes) => client.message(MESSAGE.userControl, pingRequest(77).payload, { streamId: 0 });
    for (const fixture of [SessionFixture.connected(), SessionFixture.live()]) {
      fixture.send(ping(fixture.client));
      expect(fixture.answers.at(-1)).toMatchObject({ payload: Uint8Array.of(0, 7, 0, 0, 0, 77) });
    }
  });

  it('acknowledges each full window of the size that the client asked for', () => {
    const fixture = SessionFixture.connected();
    const window = fixture.client.message(MESSAGE.windowAckSize, windowAckSize(1_000).payload, { streamId: 0 });
    const acknowledged = () => fixture.answers.filter((message) => message.typeId === MESSAGE.acknowledgement);
    fixture.send(window);
    const ping = fixture.client.message(MESSAGE.userControl, pingRequest(1).payload, { streamId: 0 });
    let sentBytes = fixture.client.connect().length;
    while (acknowledged().length === 0) {
      sentBytes += ping.length;
      fixture.send(ping);
      expect(sentBytes).toBeLessThan(1_100);
    }
    expect(acknowledged()).toHaveLength(1);
  });

  it('answers Set Peer Bandwidth with its own window, when that changes', () => {
    const fixture = SessionFixture.connected();
    const ask = (sizeBytes: number) =>
      fixture.client.message(MESSAGE.setPeerBandwidth, joined([windowAckSize(sizeBytes).payload, Uint8Array.of(2)]), {
        streamId: 0,
      });
    fixture.answers.length = 0;
    fixture.send(ask(2_500_000));
    expect(fixture.answers).toEqual([]);
    fixture.send(ask(5_000), ask(5_000));
    expect(fixture.answers).toEqual([windowAckSize(5_000)]);
  });

  it('lets the client choose its chunk size', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.message(MESSAGE.setChunkSize, setChunkSize(4_096).payload, { streamId: 0 }));
    const head = Uint8Array.of(0x06, 0, 0, 0, 0, 0x0b, 0xb8, 9, 1, 0, 0, 0);
    fixture.send(joined([head, AVC_CONFIG, new Uint8Array(3_000 - AVC_CONFIG.length)]));
    expect(fixture.mediaKinds).toEqual(['video-config']);
  });

  it('ends with a sentence where the client breaks the protocol', () => {
    const fixture = SessionFixture.live();
    fixture.send(Uint8Array.of(0xff));
    expect(fixture.statuses.at(-1)).toEqual({
      code: 'NetConnection.Connect.Closed',
      sentence: 'The encoder sent something that is not correct RTMP (chunk-header-without-predecessor).',
      streamId: 1,
    });
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'protocol-error' } }]);
  });

  it('ends without a word for another protocol', () => {
    const fixture = new SessionFixture().send(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
    expect(fixture.effects).toEqual([
      { kind: 'closed', end: { reason: 'protocol-error', detail: 'not-rtmp: first byte 0x47' } },
    ]);
  });

  it('does not let a stranger send a message that a publisher may send', () => {
    const large = (client: ClientBytes) => client.audio(aacFrame(100_000));
    const stranger = SessionFixture.connected();
    expect(stranger.send(large(stranger.client)).of('closed')[0]?.end.detail).toMatch(/^message-above-limit/);
    const publisher = SessionFixture.live();
    expect(publisher.send(large(publisher.client)).of('closed')).toEqual([]);
  });
});

it('gives payloads that stay as they are while more is read', () => {
  const fixture = SessionFixture.live();
  fixture.send(fixture.client.audio(AAC_CONFIG), fixture.client.audio(AAC_FRAME, 20));
  const before = structuredClone(fixture.of('media'));
  for (let index = 0; index < 2_000; index++)
    fixture.send(fixture.client.audio(Uint8Array.of(0xaf, 1, 99, 98, 97), 40));
  expect(fixture.of('media').slice(0, 2)).toEqual(before);
});

describe('bytes', () => {
  const dialogue = (): Uint8Array => {
    const client = new ClientBytes();
    return joined([
      client.whole(),
      client.video(AVC_CONFIG),
      client.audio(AAC_CONFIG),
      client.video(AVC_KEYFRAME, 40),
      client.audio(AAC_FRAME, 43),
      client.command(0, 'FCUnpublish', 6, null, 'key'),
      client.command(0, 'deleteStream', 7, null, 1),
    ]);
  };
  /** Says yes at once, as a driver may. */
  const run = (pieces: Iterable<Uint8Array>): SessionFixture => {
    const fixture = new SessionFixture();
    for (const piece of pieces) {
      fixture.send(piece);
      fixture.do((session) => session.grant({}, fixture.nowMs));
    }
    return fixture;
  };
  const withoutSends = (fixture: SessionFixture) => fixture.effects.filter((effect) => effect.kind !== 'send');

  it('have the same effects however they are split', () => {
    const bytes = dialogue();
    const whole = run([bytes]);
    expect(whole.mediaKinds).toEqual(['video-config', 'audio-config', 'video', 'audio']);
    expect(whole.of('ended')).toHaveLength(1);
    for (const pieces of everyPieceSize(bytes)) {
      const fixture = run(pieces);
      expect(withoutSends(fixture)).toEqual(withoutSends(whole));
      expect(fixture.answers).toEqual(whole.answers);
    }
  });

  it('have the same effects wherever they are cut behind the handshake', () => {
    const bytes = dialogue();
    const whole = withoutSends(run([bytes]));
    for (let at = CLIENT_HANDSHAKE.length; at < bytes.length; at++) {
      expect(withoutSends(run([bytes.slice(0, at), bytes.slice(at)]))).toEqual(whole);
    }
  });

  it('of any kind never make it throw, and end it at most once', () => {
    const starts = [SessionFixture.connected, SessionFixture.live, SessionFixture.playing].map(
      (start) => () => start(),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...starts), (noise, start) => {
        const fixture = start();
        fixture.send(...[...noise].map((byte) => Uint8Array.of(byte)));
        expect(fixture.of('closed').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it('that are wrong in one place of a good dialogue never make it throw', () => {
    const good = dialogue();
    fc.assert(
      fc.property(fc.integer({ min: CLIENT_HANDSHAKE.length, max: good.length - 1 }), fc.nat(255), (at, byte) => {
        const fixture = run([good.with(at, byte)]);
        expect(fixture.of('ended').length).toBeLessThanOrEqual(fixture.of('publish-asked').length + 1);
        expect(fixture.of('closed').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});

it('writes answers that a command reader reads', () => {
  // The fixture reads with the product's own reader; this pins the bytes of one answer.
  expect(commandMessage(1, '_result', 4, null, 1).payload).toEqual(
    Uint8Array.of(
      2,
      0,
      7,
      ...new TextEncoder().encode('_result'),
      0,
      0x40,
      0x10,
      0,
      0,
      0,
      0,
      0,
      0,
      5,
      0,
      0x3f,
      0xf0,
      0,
      0,
      0,
      0,
      0,
      0,
    ),
  );
});

describe('commands', () => {
  type Step = (fixture: SessionFixture) => unknown;
  const said =
    (make: (client: ClientBytes) => Uint8Array): Step =>
    (fixture) =>
      fixture.send(make(fixture.client));
  const steps: readonly Step[] = [
    said((client) => client.connect()),
    said((client) => client.createStream()),
    said((client) => client.publish('key', 1)),
    said((client) => client.publish('', 2)),
    said((client) => client.play('channel', 1)),
    said((client) => client.play('', 2)),
    said((client) => client.command(1, 'pause', 0, null, true, 0)),
    said((client) => client.command(0, 'FCUnpublish', 6, null, 'key')),
    said((client) => client.command(1, 'closeStream', 0, null)),
    said((client) => client.command(2, 'closeStream', 0, null)),
    said((client) => client.command(0, 'deleteStream', 7, null, 1)),
    said((client) => client.command(0, 'deleteStream', 7, null)),
    said((client) => client.video(AVC_CONFIG)),
    said((client) => client.video(AVC_KEYFRAME)),
    (fixture) => fixture.do((session) => session.grant({}, fixture.nowMs)),
    (fixture) => fixture.do((session) => session.grantPlay(fixture.nowMs)),
    (fixture) => fixture.do((session) => session.refusePlay('No.', fixture.nowMs)),
    (fixture) => fixture.do((session) => session.endPlay('Over.', fixture.nowMs)),
    (fixture) => fixture.do((session) => session.setPaused(true, fixture.nowMs)),
    (fixture) => fixture.do((session) => session.setPaused(false, fixture.nowMs)),
    (fixture) => fixture.do((session) => session.askToReconnect('Go.')),
    (fixture) => fixture.do((session) => session.tick(fixture.nowMs)),
    (fixture) =>
      fixture.do((session) => session.play([{ kind: 'video-config', codec: 'h264', extradata: AVC_CONFIG }], 0, 0)),
  ];

  it('in any order, with our own answers in between, end all that they begin, and once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 40 }), (way) => {
        const fixture = new SessionFixture({ canPlay: true }).send(CLIENT_HANDSHAKE);
        fixture.send(fixture.client.connect(), fixture.client.createStream());
        for (const step of way) step(fixture);
        fixture.do((session) => session.lose({ reason: 'peer-left', detail: '' }, fixture.nowMs));
        expect(fixture.of('closed')).toHaveLength(1);
        expect(fixture.of('play-ended')).toHaveLength(fixture.of('play-asked').length);
        // A publisher without a key was never asked about, and is ended all the same.
        expect(fixture.of('ended').length).toBeGreaterThanOrEqual(fixture.of('publish-asked').length);
        expect(fixture.of('ended').length).toBeLessThanOrEqual(fixture.of('publish-asked').length + 1);
        // What is begun ends before the next thing begins.
        let isOpen = false;
        for (const { kind } of fixture.effects) {
          if (kind === 'publish-asked' || kind === 'play-asked') {
            expect(isOpen).toBe(false);
            isOpen = true;
          } else if (kind === 'ended' || kind === 'play-ended') isOpen = false;
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
