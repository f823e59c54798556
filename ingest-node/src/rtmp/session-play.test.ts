import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../media/source.ts';
import { MediaDemuxer } from './media-demuxer.ts';
import { MESSAGE, pingRequest, pingResponse, streamEof } from './message.ts';
import { CLIENT_HANDSHAKE, SessionFixture } from './rtmp-client-fixture.ts';
import { SESSION_LIMITS } from './session-limits.ts';

const AVC: SourceEvent = { kind: 'video-config', codec: 'h264', extradata: Uint8Array.of(1, 100, 0, 31) };
const picture = (atMs: number, isKeyframe: boolean, sizeBytes = 10): SourceEvent => ({
  kind: 'video',
  ptsUs: atMs * 1_000,
  dtsUs: atMs * 1_000,
  isKeyframe,
  payload: new Uint8Array(sizeBytes),
});

/** What a player makes of the answers so far. */
function playedBy(fixture: SessionFixture): SourceEvent[] {
  const demuxer = new MediaDemuxer();
  return fixture.answers.flatMap((message) =>
    [...demuxer.read(message)].flatMap((output) => (output.kind === 'event' ? [output.event] : [])),
  );
}
const timesOf = (fixture: SessionFixture) =>
  playedBy(fixture).flatMap((event) => (event.kind === 'video' ? [event.dtsUs / 1_000] : []));

describe('play', () => {
  it('asks with the channel and the token, and reads nothing more until there is an answer', () => {
    const fixture = new SessionFixture({ canPlay: true });
    fixture.send(fixture.client.wholePlay('channel?token=abc'), fixture.client.command(0, 'doMagic', 9, null));
    expect(fixture.of('play-asked')).toEqual([{ kind: 'play-asked', request: { channelId: 'channel', token: 'abc' } }]);
    expect(fixture.resultsOf(9)).toEqual([]);
    fixture.do((session) => session.grantPlay(fixture.nowMs));
    expect(fixture.resultsOf(9)).toHaveLength(1);
  });

  it('is answered with StreamBegin, Reset and Start on its own stream', () => {
    const fixture = SessionFixture.playing();
    expect(fixture.answers.find((message) => message.typeId === MESSAGE.userControl)?.payload).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0, 1),
    );
    expect(fixture.statuses.slice(-2)).toMatchObject([
      { code: 'NetStream.Play.Reset', streamId: 1 },
      { code: 'NetStream.Play.Start', streamId: 1 },
    ]);
  });

  it('gives the source from a keyframe on, from time 0', () => {
    const fixture = SessionFixture.playing();
    const later = [picture(70_040, false), picture(70_080, true)];
    fixture.do((session) => session.play([AVC, picture(70_000, true)], 0, fixture.nowMs));
    fixture.do((session) => session.play(later, 0, fixture.nowMs));
    expect(playedBy(fixture).map((event) => event.kind)).toEqual([
      'metadata',
      'video-config',
      'video',
      'video',
      'video',
    ]);
    expect(timesOf(fixture)).toEqual([0, 40, 80]);
    expect(fixture.answers.slice(-3).map((message) => message.messageStreamId)).toEqual([1, 1, 1]);
  });

  it('waits for the keyframe where the source is in between', () => {
    const fixture = SessionFixture.playing();
    fixture.do((session) => session.play([AVC, picture(40, false), picture(80, true)], 0, fixture.nowMs));
    expect(playedBy(fixture).filter((event) => event.kind === 'video')).toMatchObject([{ isKeyframe: true }]);
  });

  it('gives sound at once where there is no picture', () => {
    const fixture = SessionFixture.playing();
    const aac: SourceEvent = {
      kind: 'audio-config',
      codec: 'aac',
      extradata: Uint8Array.of(0x12, 0x10),
      sampleRateHz: 44_100,
      channelCount: 2,
    };
    const sound: SourceEvent = { kind: 'audio', ptsUs: 0, dtsUs: 0, isKeyframe: true, payload: Uint8Array.of(1) };
    fixture.do((session) => session.play([aac, sound], 0, fixture.nowMs));
    expect(playedBy(fixture)).toEqual([{ kind: 'metadata' }, aac, sound]);
  });

  it('is refused with a sentence', () => {
    const fixture = new SessionFixture({ canPlay: true });
    fixture.send(fixture.client.wholePlay());
    fixture.do((session) => session.refusePlay('There is nothing on this channel.', fixture.nowMs));
    expect(fixture.statuses.at(-1)).toEqual({
      code: 'NetStream.Play.StreamNotFound',
      sentence: 'There is nothing on this channel.',
      streamId: 1,
    });
    expect(fixture.of('play-ended')).toHaveLength(1);
    expect(fixture.of('closed')).toMatchObject([{ end: { reason: 'closed-by-us' } }]);
    expect(fixture.of('refused')).toEqual([]);
  });

  it.each(['', null, false])('of nothing (%j) is refused, and nobody is asked', (name) => {
    const fixture = new SessionFixture({ canPlay: true });
    const { client } = fixture;
    fixture.send(CLIENT_HANDSHAKE, client.connect(), client.createStream(), client.play(name));
    expect(fixture.of('play-asked')).toEqual([]);
    expect(fixture.statuses.at(-1)).toMatchObject({
      code: 'NetStream.Play.StreamNotFound',
      sentence: expect.stringMatching(/^There is no channel in this address\./),
    });
    expect(fixture.of('closed')).toHaveLength(1);
  });

  it('is refused to a publisher, which goes on', () => {
    const fixture = SessionFixture.live({ canPlay: true });
    fixture.send(fixture.client.play('channel', 1));
    expect(fixture.codes.at(-1)).toBe('NetStream.Play.Failed');
    expect(fixture.of('closed')).toEqual([]);
    expect(fixture.of('ended')).toEqual([]);
  });

  it('may be paused and sought, to no effect', () => {
    const fixture = SessionFixture.playing();
    const { length } = fixture.answers;
    fixture.send(fixture.client.command(1, 'pause', 6, null, true, 0), fixture.client.command(1, 'seek', 7, null, 0));
    expect(fixture.answers).toHaveLength(length);
    fixture.do((session) => session.play([AVC, picture(0, true)], 0, fixture.nowMs));
    expect(timesOf(fixture)).toEqual([0]);
  });
});

describe('the end of playing', () => {
  it.each([
    ['closeStream', (fixture: SessionFixture) => fixture.client.command(1, 'closeStream', 0, null)],
    ['deleteStream', (fixture: SessionFixture) => fixture.client.command(0, 'deleteStream', 7, null, 1)],
  ])('is said with %s, and something else may be played then', (_name, goodbye) => {
    const fixture = SessionFixture.playing();
    fixture.send(goodbye(fixture));
    expect(fixture.of('play-ended')).toHaveLength(1);
    expect(fixture.codes.at(-1)).toBe('NetStream.Play.Stop');
    fixture.send(fixture.client.createStream(), fixture.client.play('other', 1));
    expect(fixture.of('play-asked').map(({ request }) => request.channelId)).toEqual(['channel', 'other']);
  });

  it('is not meant by goodbyes to other streams, nor by those of publishers', () => {
    const fixture = SessionFixture.playing();
    fixture.send(
      fixture.client.createStream(),
      fixture.client.command(2, 'closeStream', 0, null),
      fixture.client.command(0, 'deleteStream', 7, null, 2),
      fixture.client.command(0, 'FCUnpublish', 8, null, 'channel'),
    );
    expect(fixture.of('play-ended')).toEqual([]);
  });

  it('comes with the end of the broadcast, in the words of all players', () => {
    const fixture = SessionFixture.playing();
    fixture.do((session) => session.endPlay('The broadcast has ended.', fixture.nowMs));
    expect(fixture.statuses.at(-1)).toMatchObject({ code: 'NetStream.Play.UnpublishNotify', streamId: 1 });
    expect(fixture.answers.at(-1)).toEqual(streamEof(1));
    expect(fixture.effects.slice(-2).map((effect) => effect.kind)).toEqual(['play-ended', 'closed']);
  });

  it('comes when the player leaves, also before the answer', () => {
    const gone = { reason: 'peer-left', detail: 'FIN' } as const;
    const asking = new SessionFixture({ canPlay: true });
    asking.send(asking.client.wholePlay());
    for (const fixture of [asking, SessionFixture.playing()]) {
      fixture.do((session) => session.lose(gone, fixture.nowMs));
      expect(fixture.of('play-ended')).toHaveLength(1);
      fixture.do((session) => session.grantPlay(fixture.nowMs));
      fixture.do((session) => session.play([AVC, picture(0, true)], 0, fixture.nowMs));
      expect(fixture.effects.at(-1)).toEqual({ kind: 'closed', end: gone });
    }
  });
});

describe('what a player may cost', () => {
  it('is a queue of so many bytes, and some seconds of not reading', () => {
    const fixture = SessionFixture.playing();
    const full = SESSION_LIMITS.playQueueBytesMax;
    fixture.do((session) => session.play([AVC, picture(0, true)], 0, fixture.nowMs));
    fixture.do((session) => session.play([picture(40, false)], full, fixture.nowMs));
    fixture.nowMs += SESSION_LIMITS.playSlowMs - 1;
    fixture.do((session) => session.play([picture(80, true)], full, fixture.nowMs));
    expect(timesOf(fixture)).toEqual([0]);
    expect(fixture.of('closed')).toEqual([]);
    fixture.nowMs += 1;
    fixture.do((session) => session.play([picture(120, true)], full, fixture.nowMs));
    expect(fixture.statuses.at(-1)?.sentence).toBe('The connection is too slow for this stream.');
    expect(fixture.of('closed')).toMatchObject([{ end: { reason: 'limit' } }]);
  });

  it('counts what one call brings, before it is on its way', () => {
    const fixture = SessionFixture.playing({ limits: { ...SESSION_LIMITS, playQueueBytesMax: 1_000 } });
    const events = [AVC, picture(0, true, 400), picture(40, false, 400), picture(80, false, 400)];
    fixture.do((session) => session.play(events, 0, fixture.nowMs));
    expect(timesOf(fixture)).toEqual([0, 40]);
  });

  it('goes on with the configuration that was left out in between', () => {
    const fixture = SessionFixture.playing();
    const changed: SourceEvent = { ...AVC, extradata: Uint8Array.of(9) };
    fixture.do((session) => session.play([AVC, picture(0, true)], 0, fixture.nowMs));
    fixture.do((session) =>
      session.play([picture(40, false), changed], SESSION_LIMITS.playQueueBytesMax, fixture.nowMs),
    );
    fixture.do((session) => session.play([picture(80, true)], 0, fixture.nowMs));
    expect(playedBy(fixture).slice(-2)).toMatchObject([{ extradata: Uint8Array.of(9) }, { isKeyframe: true }]);
  });

  it('is one ping when it says nothing, and no more when it does not answer', () => {
    const fixture = SessionFixture.playing();
    fixture.runOut();
    expect(fixture.nowMs).toBe(11_000);
    expect(fixture.answers.at(-1)).toEqual(pingRequest(11_000));
    expect(fixture.of('closed')).toEqual([]);
    fixture.runOut();
    expect(fixture.nowMs).toBe(31_000);
    expect(fixture.of('closed')).toMatchObject([{ end: { reason: 'timed-out' } }]);
    expect(fixture.of('play-ended')).toHaveLength(1);
  });

  it('is a ping now and then while it answers', () => {
    const fixture = SessionFixture.playing();
    for (let count = 1; count <= 20; count++) {
      fixture.runOut();
      fixture.nowMs += 100;
      fixture.send(fixture.client.message(MESSAGE.userControl, pingResponse(1).payload, { streamId: 0 }));
    }
    expect(fixture.nowMs).toBe(1_000 + 20 * 10_100);
    expect(fixture.of('closed')).toEqual([]);
  });

  it('is not to be talked to death', () => {
    const fixture = SessionFixture.playing();
    const ping = fixture.client.message(MESSAGE.userControl, pingRequest(1).payload, { streamId: 0 });
    for (let second = 0; second < 100; second++) {
      fixture.nowMs += 1_000;
      fixture.send(ping);
    }
    expect(fixture.of('closed')).toEqual([]);
    for (let count = 0; count < 20_000 && fixture.of('closed').length === 0; count++) fixture.send(ping);
    expect(fixture.of('closed')).toMatchObject([{ end: { reason: 'limit' } }]);
  });
});

it('waits for the answer only so long', () => {
  const fixture = new SessionFixture({ canPlay: true });
  fixture.send(fixture.client.wholePlay()).runOut();
  expect(fixture.of('closed')).toMatchObject([{ end: { reason: 'timed-out' } }]);
  expect(fixture.of('play-ended')).toHaveLength(1);
});
