import { describe, expect, it } from 'vitest';
import { AVC_CONFIG, AVC_KEYFRAME, type ClientBytes, SessionFixture } from './rtmp-client-fixture.ts';

describe('the end of a broadcast', () => {
  const goodbye = (client: ClientBytes): Record<string, Uint8Array> => ({
    FCUnpublish: client.command(0, 'FCUnpublish', 6, null, 'key'),
    closeStream: client.command(1, 'closeStream', 0, null),
    deleteStream: client.command(0, 'deleteStream', 7, null, 1),
  });

  it.each([
    ['FCUnpublish', 'deleteStream'],
    ['deleteStream', 'FCUnpublish'],
    ['closeStream', 'deleteStream'],
    ['deleteStream'],
  ])('is said once, with %s and what follows', (...names) => {
    const fixture = SessionFixture.live();
    const said = goodbye(fixture.client);
    fixture.send(...names.map((name) => said[name] ?? new Uint8Array()));
    expect(fixture.of('ended')).toEqual([{ kind: 'ended', end: { reason: 'unpublished', detail: names[0] } }]);
    expect(fixture.statuses.at(-1)?.code).toBe('NetStream.Unpublish.Success');
    expect(fixture.of('closed')).toEqual([]);
    fixture.do((session) => session.lose({ reason: 'peer-left', detail: 'FIN' }, fixture.nowMs));
    expect(fixture.of('ended')).toHaveLength(1);
    expect(fixture.of('closed')).toHaveLength(1);
  });

  it('answers FCUnpublish as FMLE wants it', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.command(0, 'FCUnpublish', 6, null, 'key'));
    expect(fixture.commands.slice(-3).map((command) => command.name)).toEqual(['_result', 'onFCUnpublish', 'onStatus']);
  });

  it('without a word is the peer that left', () => {
    const fixture = SessionFixture.live();
    fixture.do((session) => session.lose({ reason: 'peer-left', detail: 'FIN' }, fixture.nowMs));
    expect(fixture.effects.slice(-2)).toEqual([
      { kind: 'ended', end: { reason: 'peer-left', detail: 'FIN' } },
      { kind: 'closed', end: { reason: 'peer-left', detail: 'FIN' } },
    ]);
  });

  it('before the answer is told, too', () => {
    const fixture = SessionFixture.asked();
    fixture.do((session) => session.lose({ reason: 'peer-left', detail: 'FIN' }, fixture.nowMs));
    expect(fixture.of('ended')).toHaveLength(1);
    fixture.do((session) => session.grant({}, fixture.nowMs));
    expect(fixture.codes).not.toContain('NetStream.Publish.Start');
  });

  it('is not meant by goodbyes to other streams', () => {
    const fixture = SessionFixture.live();
    const { client } = fixture;
    fixture.send(client.createStream());
    expect(fixture.resultsOf(4).at(-1)?.args).toEqual([2]);
    fixture.send(client.command(2, 'closeStream', 0, null), client.command(0, 'deleteStream', 8, null, 2));
    expect(fixture.of('ended')).toEqual([]);
    fixture.send(client.video(AVC_CONFIG));
    expect(fixture.mediaKinds).toEqual(['video-config']);
  });

  it('may be followed by another broadcast, on the same stream or on a new one', () => {
    const again = (pieces: (client: ClientBytes) => Uint8Array[]): SessionFixture => {
      const fixture = SessionFixture.live();
      fixture.send(fixture.client.video(AVC_CONFIG), ...pieces(fixture.client));
      expect(fixture.of('publish-asked').map(({ name }) => name.streamKey)).toEqual(['key', 'second']);
      fixture.do((session) => session.grant({}, fixture.nowMs));
      return fixture.send(fixture.client.video(AVC_CONFIG), fixture.client.video(AVC_KEYFRAME));
    };
    const same = again((client) => [client.command(0, 'FCUnpublish', 6, null, 'key'), client.publish('second')]);
    const fresh = again((client) => [
      client.command(0, 'deleteStream', 7, null, 1),
      client.createStream(),
      client.publish('second', 1),
    ]);
    // The second one's configuration is new again, although it is the same.
    for (const fixture of [same, fresh]) {
      expect(fixture.mediaKinds).toEqual(['video-config', 'video-config', 'video']);
    }
    expect(fresh.resultsOf(4).map((command) => command.args)).toEqual([[1], [1]]);
  });

  it('leaves media that was under way to nobody', () => {
    const fixture = SessionFixture.live();
    fixture.send(fixture.client.command(0, 'FCUnpublish', 6, null, 'key'), fixture.client.video(AVC_CONFIG));
    expect(fixture.of('media')).toEqual([]);
    expect(fixture.of('closed')).toEqual([]);
  });
});
