import { describe, expect, it } from 'vitest';
import { MESSAGE } from './message.ts';
import { AAC_CONFIG, AAC_FRAME, AVC_CONFIG, AVC_KEYFRAME, SessionFixture } from './rtmp-client-fixture.ts';
import { SESSION_LIMITS } from './session-limits.ts';
import { joined } from './split-fixture.ts';

describe('holding back', () => {
  it('leaves bytes unread, in the middle of what has come, and gives them later', () => {
    const fixture = SessionFixture.live();
    const { client, session } = fixture;
    session.receive(joined([client.video(AVC_CONFIG), client.video(AVC_KEYFRAME), client.video(AVC_KEYFRAME, 40)]), 0);
    expect(session.poll()).toMatchObject({ event: { kind: 'video-config' } });
    session.setPaused(true, 0);
    expect(session.poll()).toBeUndefined();
    expect(session.wantsBytes).toBe(false);
    session.setPaused(false, 0);
    expect([session.poll(), session.poll(), session.poll()]).toMatchObject([
      { event: { dtsUs: 0 } },
      { event: { dtsUs: 40_000 } },
      undefined,
    ]);
    expect(session.wantsBytes).toBe(true);
  });

  it('leaves the rest of an aggregate unread, too', () => {
    const fixture = SessionFixture.live();
    const { client, session } = fixture;
    const tag = (payload: Uint8Array) =>
      joined([Uint8Array.of(8, 0, 0, payload.length, 0, 0, 0, 0, 0, 0, 0), payload, new Uint8Array(4)]);
    const tags = joined([tag(AAC_CONFIG), tag(AAC_FRAME), tag(AAC_FRAME)]);
    session.receive(client.message(MESSAGE.aggregate, tags), 0);
    expect(session.poll()).toMatchObject({ event: { kind: 'audio-config' } });
    session.setPaused(true, 0);
    expect(session.poll()).toBeUndefined();
    session.setPaused(false, 0);
    expect([session.poll(), session.poll(), session.poll()]).toMatchObject([
      { event: { kind: 'audio' } },
      { event: { kind: 'audio' } },
      undefined,
    ]);
  });

  it('keeps the publisher from timing out, and gives it its whole time afterwards', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.audio(AAC_FRAME));
    fixture.do((session) => session.setPaused(true, fixture.nowMs));
    expect(fixture.session.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    fixture.nowMs += 3_600_000;
    fixture.do((session) => session.tick(fixture.nowMs));
    fixture.do((session) => session.setPaused(false, fixture.nowMs));
    expect(fixture.session.deadlineMs).toBe(fixture.nowMs + SESSION_LIMITS.idleMediaMs);
  });

  it('may be asked for before the answer, and then begins with it', () => {
    const fixture = SessionFixture.asked();
    fixture.send(fixture.client.video(AVC_CONFIG));
    fixture.do((session) => session.setPaused(true, fixture.nowMs));
    expect(fixture.session.deadlineMs).toBe(1_000 + SESSION_LIMITS.authorizeMs);
    fixture.do((session) => session.grant({}, fixture.nowMs));
    expect(fixture.of('media')).toEqual([]);
    fixture.do((session) => session.setPaused(false, fixture.nowMs));
    expect(fixture.mediaKinds).toEqual(['video-config']);
  });

  it('does not keep the end away', () => {
    const fixture = SessionFixture.live();
    fixture.do((session) => session.setPaused(true, fixture.nowMs));
    fixture.do((session) =>
      session.refuse({ code: 'taken-over', sentence: 'Another encoder took over.' }, fixture.nowMs),
    );
    expect(fixture.of('closed')).toHaveLength(1);
    expect(fixture.session.wantsBytes).toBe(true);
  });

  it('begins by itself when a publisher sends much before the answer', () => {
    const fixture = SessionFixture.asked();
    fixture.send(new Uint8Array(SESSION_LIMITS.unreadBytesMax - 1));
    expect(fixture.session.wantsBytes).toBe(true);
    fixture.send(new Uint8Array(1));
    expect(fixture.session.wantsBytes).toBe(false);
  });
});
