import { describe, expect, it } from 'vitest';
import { amfObject } from './amf-value.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { MESSAGE } from './message.ts';
import { AAC_FRAME, AVC_KEYFRAME, CLIENT_HANDSHAKE, SessionFixture } from './rtmp-client-fixture.ts';
import { SESSION_LIMITS } from './session-limits.ts';
import { joined } from './split-fixture.ts';

const aacFrame = (sizeBytes: number): Uint8Array => joined([AAC_FRAME, new Uint8Array(sizeBytes - AAC_FRAME.length)]);

describe('deadlines', () => {
  const timedOut = (fixture: SessionFixture) => fixture.of('closed').map(({ end }) => end.reason);

  it('end a handshake that takes too long, however busy it is', () => {
    const fixture = new SessionFixture();
    fixture.nowMs += SESSION_LIMITS.handshakeMs - 10;
    fixture.send(CLIENT_HANDSHAKE.subarray(0, 2_000));
    expect(timedOut(fixture.runOut())).toEqual(['timed-out']);
    expect(fixture.nowMs).toBe(1_000 + SESSION_LIMITS.handshakeMs);
  });

  it('end whoever does not publish, however much else it says', () => {
    const fixture = new SessionFixture().send(CLIENT_HANDSHAKE);
    fixture.nowMs += SESSION_LIMITS.publishMs - 10;
    fixture.send(fixture.client.connect(), fixture.client.createStream());
    expect(timedOut(fixture.runOut())).toEqual(['timed-out']);
    expect(fixture.nowMs).toBe(1_000 + SESSION_LIMITS.publishMs);
    expect(fixture.statuses.at(-1)?.sentence).toBe('Nothing was published in time.');
  });

  it('end the wait for our own answer, and blame us', () => {
    const fixture = SessionFixture.asked().runOut();
    expect(fixture.nowMs).toBe(1_000 + SESSION_LIMITS.authorizeMs);
    expect(fixture.of('refused')).toEqual([{ kind: 'refused', code: 'control-unreachable' }]);
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'timed-out' } }]);
    expect(fixture.statuses.at(-2)).toMatchObject({ code: 'NetStream.Publish.Denied', streamId: 1 });
  });

  it('end a publisher that sends no media at first', () => {
    const fixture = SessionFixture.asked();
    fixture.nowMs += 5_000;
    fixture.do((session) => session.grant({}, fixture.nowMs));
    fixture.nowMs += 1_000;
    const data = writeAmf0('@setDataFrame', 'onMetaData', amfObject({ width: 2 }));
    fixture.send(fixture.client.message(MESSAGE.dataAmf0, data));
    expect(fixture.mediaKinds).toEqual(['metadata']);
    fixture.runOut();
    expect(fixture.nowMs).toBe(6_000 + SESSION_LIMITS.firstMediaMs);
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'timed-out' } }]);
  });

  it('end a publisher that goes silent', () => {
    const fixture = SessionFixture.live();
    for (let second = 0; second < 60; second++) {
      fixture.nowMs += 1_000;
      fixture.send(fixture.client.audio(AAC_FRAME));
    }
    fixture.runOut();
    expect(fixture.nowMs).toBe(61_000 + SESSION_LIMITS.idleMediaMs);
    expect(fixture.statuses.at(-1)?.sentence).toBe('The encoder stopped sending audio and video.');
  });

  it('are not put off by a message that trickles in', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.audio(AAC_FRAME));
    const until = fixture.session.deadlineMs;
    for (const byte of fixture.client.video(AVC_KEYFRAME).subarray(0, -1)) {
      fixture.nowMs += 1_000;
      fixture.send(Uint8Array.of(byte));
    }
    expect(fixture.session.deadlineMs).toBe(until);
  });

  it('begin anew after a broadcast', () => {
    const fixture = SessionFixture.live();
    fixture.nowMs += 100_000;
    fixture.send(fixture.client.audio(AAC_FRAME), fixture.client.command(0, 'FCUnpublish', 6, null, 'key'));
    expect(timedOut(fixture.runOut())).toEqual(['timed-out']);
    expect(fixture.nowMs).toBe(101_000 + SESSION_LIMITS.publishMs);
    expect(fixture.of('ended')).toHaveLength(1);
  });
});

it('lets a connection ask so often and no more, to publish or to play', () => {
  const fixture = SessionFixture.connected();
  const { client } = fixture;
  fixture.send(client.createStream());
  for (let count = 0; count < SESSION_LIMITS.asksMax; count++) {
    fixture.send(client.publish()).do((session) => session.grant({}, fixture.nowMs));
    fixture.send(client.command(0, 'FCUnpublish', 6, null, 'key'));
  }
  expect(fixture.of('publish-asked')).toHaveLength(SESSION_LIMITS.asksMax);
  expect(fixture.of('closed')).toEqual([]);
  fixture.send(client.publish());
  expect(fixture.of('publish-asked')).toHaveLength(SESSION_LIMITS.asksMax);
  expect(fixture.of('closed')[0]?.end.detail).toMatch(/^asks-above-limit/);
  expect(fixture.of('ended')).toHaveLength(SESSION_LIMITS.asksMax);
});

describe('what a publisher may send', () => {
  it('is as much as the answer says, over a window', () => {
    const fixture = SessionFixture.live({ bitrateBpsMax: 80_000 });
    const payload = aacFrame(10_000);
    // A little more than the limit: the headers of the chunks come on top of the payload.
    while (fixture.of('closed').length === 0 && fixture.nowMs < 3_600_000) {
      fixture.nowMs += 1_000;
      fixture.send(fixture.client.audio(payload));
    }
    expect(fixture.of('refused')).toEqual([{ kind: 'refused', code: 'bitrate-too-high' }]);
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'limit' } }]);
    expect(fixture.statuses.at(-1)?.sentence).toMatch(/above the 0\.1 Mbit\/s that are allowed here/);
  });

  it('is the maximum of the server where the answer says nothing', () => {
    const limits = { ...SESSION_LIMITS, bitrateBpsMax: 8_000, bitrateWindowMs: 1_000 };
    const fixture = SessionFixture.live({ limits });
    expect(fixture.send(fixture.client.audio(aacFrame(900))).of('closed')).toEqual([]);
    expect(fixture.send(fixture.client.audio(aacFrame(200))).of('refused')).toHaveLength(1);
  });

  it('has to be something that is decoded here', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.audio(Uint8Array.of(0xb2, 1)));
    expect(fixture.statuses.at(-2)?.sentence).toBe(
      'The audio codec Speex is not supported here. Choose AAC in your encoder.',
    );
    expect(fixture.of('refused')).toEqual([{ kind: 'refused', code: 'codec-unsupported' }]);
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'limit' } }]);
  });
});
