import { describe, expect, it } from 'vitest';
import type { PublishRefusal } from '../server/publisher.ts';
import { type AmfValue, amfMembers, amfObject } from './amf-value.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { MESSAGE } from './message.ts';
import { AVC_CONFIG, AVC_KEYFRAME, CLIENT_HANDSHAKE, SessionFixture } from './rtmp-client-fixture.ts';
import { SESSION_LIMITS } from './session-limits.ts';
import { countingBytes, joined } from './split-fixture.ts';

const UNKNOWN_KEY: PublishRefusal = { code: 'unknown-stream-key', sentence: 'This stream key is not known here.' };
const propertiesOf = (fixture: SessionFixture) => fixture.resultsOf(1)[0]?.object;
const informationOf = (fixture: SessionFixture) => amfMembers(fixture.resultsOf(1)[0]?.args[0]);

describe('connect', () => {
  it('is answered with a window, a bandwidth and a yes', () => {
    const fixture = SessionFixture.connected();
    expect(fixture.answers.map((message) => message.typeId)).toEqual([
      MESSAGE.windowAckSize,
      MESSAGE.setPeerBandwidth,
      MESSAGE.commandAmf0,
    ]);
    expect(fixture.codes).toEqual(['NetConnection.Connect.Success']);
    expect(informationOf(fixture)?.get('objectEncoding')).toBe(0);
  });

  it('tells of Enhanced RTMP whoever speaks it, and nobody else', () => {
    expect(propertiesOf(SessionFixture.connected())?.has('fourCcList')).toBe(false);
    const properties = propertiesOf(SessionFixture.connected('live', { fourCcList: ['hvc1', 'av01'] }));
    expect(properties?.get('fourCcList')).toEqual(['avc1', 'hvc1', 'av01', 'vp09', 'mp4a', 'Opus', '.mp3']);
    expect(amfMembers(properties?.get('videoFourCcInfoMap'))?.get('hvc1')).toBe(1);
    expect(properties?.get('capsEx')).toBe(0x0f);
  });

  it('agrees to AMF3 with clients that ask for it', () => {
    expect(informationOf(SessionFixture.connected('live', { objectEncoding: 3 }))?.get('objectEncoding')).toBe(3);
  });

  it('may come as AMF3', () => {
    const fixture = new SessionFixture().send(CLIENT_HANDSHAKE);
    const payload = joined([Uint8Array.of(0), writeAmf0('connect', 1, amfObject({ app: 'live' }))]);
    fixture.send(fixture.client.message(MESSAGE.commandAmf3, payload, { streamId: 0 }));
    expect(fixture.codes).toEqual(['NetConnection.Connect.Success']);
  });

  it('is refused with a sentence where there is no room', () => {
    const fixture = new SessionFixture({ connectRefusal: { code: 'server-full', sentence: 'No room.' } });
    fixture.send(CLIENT_HANDSHAKE, fixture.client.connect());
    expect(fixture.commands).toMatchObject([{ name: '_error', transactionId: 1 }, { name: 'onStatus' }]);
    expect(fixture.statuses).toEqual([
      { code: 'NetConnection.Connect.Rejected', sentence: 'No room.', streamId: 0 },
      { code: 'NetStream.Failed', sentence: 'No room.', streamId: 0 },
    ]);
    expect(fixture.of('refused')).toEqual([{ kind: 'refused', code: 'server-full' }]);
    expect(fixture.effects.at(-1)).toMatchObject({ kind: 'closed', end: { reason: 'closed-by-us' } });
  });

  it('has to be the first command, and comes once', () => {
    const early = new SessionFixture().send(CLIENT_HANDSHAKE);
    early.send(early.client.createStream());
    const twice = SessionFixture.connected();
    twice.send(twice.client.connect());
    for (const fixture of [early, twice]) {
      expect(fixture.statuses.at(-1)).toMatchObject({
        code: 'NetConnection.Connect.Closed',
        sentence: 'The encoder sent something that is not correct RTMP (command-out-of-order).',
      });
      expect(fixture.effects.at(-1)).toMatchObject({ kind: 'closed', end: { reason: 'protocol-error' } });
    }
  });
});

describe('publish', () => {
  it('asks with the key and the query, and reads nothing more until there is an answer', () => {
    const fixture = new SessionFixture();
    const { client } = fixture;
    fixture.send(client.whole('key?a=1'), client.video(AVC_CONFIG), client.video(AVC_KEYFRAME));
    expect(fixture.of('publish-asked')).toEqual([{ kind: 'publish-asked', name: { streamKey: 'key', query: 'a=1' } }]);
    expect(fixture.of('media')).toEqual([]);
    fixture.do((session) => session.grant({}, fixture.nowMs));
    expect(fixture.mediaKinds).toEqual(['video-config', 'video']);
  });

  it('is answered with StreamBegin and Publish.Start on its own stream', () => {
    const fixture = SessionFixture.live();
    expect(fixture.answers.find((message) => message.typeId === MESSAGE.userControl)?.payload).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0, 1),
    );
    expect(fixture.statuses.at(-1)).toMatchObject({ code: 'NetStream.Publish.Start', streamId: 1 });
  });

  it('takes the key from the application where the name is empty', () => {
    const fixture = SessionFixture.connected('live/key');
    fixture.send(fixture.client.createStream(), fixture.client.publish(''));
    expect(fixture.of('publish-asked')[0]?.name).toEqual({ streamKey: 'key' });
  });

  it.each(['', null, 7, 'k'.repeat(300)])('without a usable key (%j) is refused and nobody is asked', (name) => {
    const fixture = SessionFixture.connected();
    fixture.send(fixture.client.createStream(), fixture.client.publish(name));
    expect(fixture.of('publish-asked')).toEqual([]);
    expect(fixture.statuses.at(-1)?.sentence).toMatch(/^There is no stream key\./);
    expect(fixture.of('refused')).toEqual([{ kind: 'refused', code: 'stream-key-missing' }]);
  });

  it('before createStream is out of order', () => {
    const fixture = SessionFixture.connected();
    expect(fixture.send(fixture.client.publish()).effects.at(-1)).toMatchObject({ end: { reason: 'protocol-error' } });
  });

  it('on a connection that is live already is out of order', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.createStream(), fixture.client.publish('other', 2));
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'protocol-error' } }]);
  });
});

describe('a refusal', () => {
  it('is a status on the stream, then one that librtmp obeys, then the end', () => {
    const fixture = SessionFixture.asked();
    fixture.do((session) => session.refuse(UNKNOWN_KEY, fixture.nowMs));
    expect(fixture.statuses.slice(-2)).toEqual([
      { code: 'NetStream.Publish.Denied', sentence: UNKNOWN_KEY.sentence, streamId: 1 },
      { code: 'NetStream.Failed', sentence: UNKNOWN_KEY.sentence, streamId: 1 },
    ]);
    expect(fixture.effects.slice(-3)).toEqual([
      { kind: 'refused', code: 'unknown-stream-key' },
      { kind: 'ended', end: { reason: 'closed-by-us', detail: 'unknown-stream-key' } },
      { kind: 'closed', end: { reason: 'closed-by-us', detail: 'unknown-stream-key' } },
    ]);
  });

  it.each([
    ['channel-in-use', 'NetStream.Publish.BadName'],
    ['taken-over', 'NetStream.Publish.BadName'],
    ['server-draining', 'NetConnection.Connect.AppShutdown'],
    ['stream-key-disabled', 'NetStream.Publish.Denied'],
  ] as const)('for %s has the code %s', (code, statusCode) => {
    const fixture = SessionFixture.live();
    fixture.do((session) => session.refuse({ code, sentence: 'Why.' }, fixture.nowMs));
    expect(fixture.codes.slice(-2)).toEqual([statusCode, 'NetStream.Failed']);
  });

  it('says nothing to whoever has not ended its handshake, and counts nobody who has not asked', () => {
    const silent = new SessionFixture();
    silent.do((session) => session.refuse(UNKNOWN_KEY, 0));
    expect(silent.effects).toEqual([{ kind: 'closed', end: { reason: 'closed-by-us', detail: 'unknown-stream-key' } }]);
    const waiting = SessionFixture.connected();
    waiting.do((session) => session.refuse(UNKNOWN_KEY, 0));
    expect(waiting.statuses.at(-1)).toMatchObject({ code: 'NetConnection.Connect.Closed', streamId: 0 });
    expect(waiting.of('refused')).toEqual([]);
  });

  it('comes once: whatever is called or received afterwards has no effect', () => {
    const fixture = SessionFixture.live();
    fixture.do((session) => session.refuse(UNKNOWN_KEY, 0));
    const { length } = fixture.effects;
    fixture.send(fixture.client.video(AVC_CONFIG), countingBytes(100_000));
    fixture.do((session) => {
      session.refuse(UNKNOWN_KEY, 0);
      session.grant({}, 0);
      session.setPaused(true, 0);
      session.askToReconnect('Go.');
      session.lose({ reason: 'peer-left', detail: '' }, 0);
      session.tick(1e9);
    });
    expect(fixture.effects).toHaveLength(length);
    expect(fixture.session.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    expect(fixture.session.wantsBytes).toBe(true);
  });
});

describe('other calls', () => {
  it.each(['releaseStream', '_checkbw'])('%s is answered with a yes that means nothing', (name) => {
    const fixture = SessionFixture.connected();
    fixture.send(fixture.client.command(0, name, 3, null, 'key'));
    expect(fixture.resultsOf(3)).toMatchObject([{ name: '_result' }]);
  });

  it('FCPublish is answered as FMLE wants it', () => {
    const fixture = SessionFixture.connected();
    fixture.send(fixture.client.command(0, 'FCPublish', 3, null, 'key'));
    expect(fixture.commands.slice(1).map((command) => command.name)).toEqual(['_result', 'onFCPublish']);
  });

  it('play is refused politely where nothing is played, and nothing has a length', () => {
    const fixture = SessionFixture.connected();
    fixture.send(fixture.client.command(1, 'play', 0, null, 'key'));
    const sentence = 'This server takes streams and does not play them.';
    expect(fixture.statuses.at(-1)).toEqual({ code: 'NetStream.Play.Failed', sentence, streamId: 1 });
    fixture.send(fixture.client.command(0, 'getStreamLength', 3, null, 'key'));
    expect(fixture.resultsOf(3)).toMatchObject([{ name: '_result', args: [0] }]);
    expect(fixture.of('closed')).toEqual([]);
  });

  it('that are unknown get a no, and none where no answer is asked for', () => {
    const fixture = SessionFixture.connected();
    fixture.send(fixture.client.command(0, 'doMagic', 0, null));
    expect(fixture.commands).toHaveLength(1);
    fixture.send(fixture.client.command(0, 'doMagic', 9, null));
    expect(fixture.resultsOf(9)).toMatchObject([{ name: '_error' }]);
  });

  it('are not answers to our answers', () => {
    const fixture = SessionFixture.connected();
    for (const name of ['_result', '_error', 'onStatus']) fixture.send(fixture.client.command(0, name, 3, null));
    expect(fixture.commands).toHaveLength(1);
  });

  it('createStream gives so many streams and then a no', () => {
    const fixture = SessionFixture.connected();
    for (let count = 0; count < SESSION_LIMITS.messageStreamsMax; count++) fixture.send(fixture.client.createStream());
    expect(fixture.resultsOf(4).map((command) => command.args[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    fixture.send(fixture.client.createStream());
    expect(fixture.resultsOf(4).at(-1)?.name).toBe('_error');
  });
});

it('asks to reconnect whoever understands it, and nobody else', () => {
  const live = (more: Readonly<Record<string, AmfValue>>): SessionFixture => {
    const fixture = SessionFixture.connected('live', more);
    fixture.send(fixture.client.createStream(), fixture.client.publish());
    return fixture.do((session) => session.grant({}, fixture.nowMs)).do((session) => session.askToReconnect('Go on.'));
  };
  expect(live({ capsEx: 1 }).statuses.at(-1)).toEqual({
    code: 'NetConnection.Connect.ReconnectRequest',
    sentence: 'Go on.',
    streamId: 0,
  });
  expect(live({}).codes).not.toContain('NetConnection.Connect.ReconnectRequest');
});
