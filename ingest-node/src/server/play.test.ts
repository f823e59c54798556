import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../media/source.ts';
import { MediaDemuxer } from '../rtmp/media-demuxer.ts';
import { AAC_CONFIG, AAC_FRAME, AVC_CONFIG, AVC_KEYFRAME, CLIENT_HANDSHAKE } from '../rtmp/rtmp-client-fixture.ts';
import { joined } from '../rtmp/split-fixture.ts';
import { madeCertificate } from './certificate-fixture.ts';
import { PlayFixture } from './play-fixture.ts';
import type { PlayAnswer } from './player.ts';
import { PlayerCount } from './player-count.ts';
import type { ClientSocket } from './rtmp-server-fixture.ts';
import { keepingLogger } from './seeing-node-fixture.ts';

const CERTIFICATE = await madeCertificate();
const AVC_INTER = Uint8Array.of(0x27, 1, 0, 0, 0, 0, 0, 0, 1, 0x41);

async function publisher(fixture: PlayFixture, channelId = 'channel'): Promise<ClientSocket> {
  const client = await fixture.client();
  client.send(client.bytes.whole(channelId));
  await client.untilCode('NetStream.Publish.Start');
  client.send(client.bytes.video(AVC_CONFIG), client.bytes.audio(AAC_CONFIG));
  return client;
}

async function player(fixture: PlayFixture, name = 'channel?token=t'): Promise<ClientSocket> {
  const client = await fixture.client();
  client.send(client.bytes.wholePlay(name));
  return client;
}

/** What a player makes of what it was sent. */
function playedBy({ answers }: ClientSocket): SourceEvent[] {
  const demuxer = new MediaDemuxer();
  return answers.flatMap((message) =>
    [...demuxer.read(message)].flatMap((output) => (output.kind === 'event' ? [output.event] : [])),
  );
}
const kindsOf = (client: ClientSocket) => playedBy(client).map((event) => event.kind);
const playsUntil = (client: ClientSocket, kinds: readonly string[]) =>
  client.until(() => kindsOf(client).join() === kinds.join());

describe('a player', () => {
  it('begins at the last keyframe, and then gets what comes', async () => {
    await using fixture = await PlayFixture.start();
    const source = await publisher(fixture);
    source.send(source.bytes.video(AVC_KEYFRAME, 1_000), source.bytes.audio(AAC_FRAME, 1_010));
    await fixture.server.until(() => fixture.server.publishers[0]?.events.length === 4);
    const client = await player(fixture, 'channel?token=abc');
    await playsUntil(client, ['metadata', 'video-config', 'audio-config', 'video', 'audio']);
    expect(fixture.attempts).toEqual([{ channelId: 'channel', token: 'abc', clientAddress: '127.0.0.1' }]);
    source.send(source.bytes.video(AVC_INTER, 1_040));
    await playsUntil(client, ['metadata', 'video-config', 'audio-config', 'video', 'audio', 'video']);
    expect(playedBy(client).slice(3)).toMatchObject([
      { dtsUs: 0, isKeyframe: true, payload: AVC_KEYFRAME.subarray(5) },
      { dtsUs: 10_000, payload: AAC_FRAME.subarray(2) },
      { dtsUs: 40_000, isKeyframe: false, payload: AVC_INTER.subarray(5) },
    ]);
  });

  it('is refused with the sentence of the answer, and its token is in no log', async () => {
    const { logger, lines } = keepingLogger();
    const no: PlayAnswer = { ok: false, sentence: 'There is nothing to see on this channel.' };
    await using fixture = await PlayFixture.start({ logger, answer: async () => no });
    const client = await player(fixture, 'secret-looking-channel?token=top-secret');
    await client.untilClosed();
    expect(client.codes.at(-1)).toBe('NetStream.Play.StreamNotFound');
    expect(client.sentences.at(-1)).toBe('There is nothing to see on this channel.');
    expect(lines.join('')).not.toMatch(/top-secret|secret-looking-channel/);
    expect(fixture.server.refused).toEqual([]);
  });

  it('is refused where nothing is played, and when the server is about to stop', async () => {
    await using silent = await PlayFixture.start();
    const early = await silent.server.client();
    early.send(CLIENT_HANDSHAKE, early.bytes.connect(), early.bytes.createStream());
    await early.untilCode('NetConnection.Connect.Success');
    silent.server.server.stopAccepting();
    early.send(early.bytes.play());
    await early.untilClosed();
    expect(early.sentences.at(-1)).toBe('This server is going to stop. Connect again in a moment.');
    expect(silent.attempts).toEqual([]);
  });

  it('is told when the broadcast is over', async () => {
    await using fixture = await PlayFixture.start();
    await publisher(fixture);
    const client = await player(fixture);
    await client.untilCode('NetStream.Play.Start');
    fixture.feed('channel').end();
    await client.untilClosed();
    expect(client.codes.at(-1)).toBe('NetStream.Play.UnpublishNotify');
  });

  it('is forgotten when it leaves, and the publisher does not notice', async () => {
    const players = new PlayerCount();
    await using fixture = await PlayFixture.start({ players });
    const source = await publisher(fixture);
    const client = await player(fixture);
    await client.untilCode('NetStream.Play.Start');
    client.socket.resetAndDestroy();
    await fixture.server.until(() => fixture.server.connections.at(-1) === 1);
    expect(fixture.feed('channel').listenerCount).toBe(0);
    expect(players.total).toBe(0);
    source.send(source.bytes.video(AVC_KEYFRAME));
    await fixture.server.until(() => fixture.server.publishers[0]?.events.length === 3);
    expect(fixture.server.publishers[0]?.ends).toEqual([]);
  });

  it('may play something else on the same connection', async () => {
    await using fixture = await PlayFixture.start();
    const client = await player(fixture, 'one');
    await client.untilCode('NetStream.Play.Start');
    client.send(client.bytes.command(1, 'closeStream', 0, null), client.bytes.play('two'));
    await client.until(() => client.codes.filter((code) => code === 'NetStream.Play.Start').length === 2);
    expect(fixture.feed('one').listenerCount).toBe(0);
    expect(fixture.feed('two').listenerCount).toBe(1);
  });
});

describe('players are limited', () => {
  it('in number, for each channel and in all, over all servers of a node', async () => {
    const players = new PlayerCount({ perChannelMax: 1, perNodeMax: 2 });
    await using fixture = await PlayFixture.start({ players });
    await using other = await PlayFixture.start({ players });
    const first = await player(fixture, 'one');
    await first.untilCode('NetStream.Play.Start');
    for (const refused of [await player(fixture, 'one'), await player(other, 'one')]) {
      await refused.untilClosed();
      expect(refused.sentences.at(-1)).toMatch(/^As many players as may be/);
    }
    const second = await player(other, 'two');
    await second.untilCode('NetStream.Play.Start');
    const third = await player(fixture, 'three');
    await third.untilClosed();
    expect(fixture.attempts.length + other.attempts.length).toBe(2);
    first.socket.end();
    await fixture.server.until(() => fixture.server.connections.at(-1) === 0);
    const again = await player(fixture, 'three');
    await again.untilCode('NetStream.Play.Start');
  });

  it.each([
    ['TCP', {}],
    ['TLS', { tls: CERTIFICATE }],
  ])('in what they leave unread over %s: one that does not read ends, and nobody else notices', async (_name, tls) => {
    const limits = { playQueueBytesMax: 500_000, playSlowMs: 50 };
    await using fixture = await PlayFixture.start({ limits, ...tls });
    const source = await publisher(fixture);
    const good = await player(fixture);
    await good.untilCode('NetStream.Play.Start');
    const bad = await player(fixture);
    await bad.untilCode('NetStream.Play.Start');
    bad.socket.pause();
    const large = joined([AVC_KEYFRAME, new Uint8Array(200_000)]);
    let sent = 0;
    while (fixture.feed('channel').listenerCount === 2) {
      source.send(source.bytes.video(large, sent * 40));
      sent++;
      const count = sent;
      await good.until(() => kindsOf(good).filter((kind) => kind === 'video').length === count);
    }
    expect(fixture.server.publishers[0]?.ends).toEqual([]);
    bad.socket.resume();
    await bad.untilClosed();
    expect(kindsOf(bad).filter((kind) => kind === 'video').length).toBeLessThan(sent);
  });
});

it('is a fault of ours, and of nobody else, where the handler throws', async () => {
  const { logger, lines } = keepingLogger();
  await using fixture = await PlayFixture.start({ logger, answer: () => Promise.reject(new Error('out of order')) });
  const client = await player(fixture);
  await client.untilClosed();
  expect(client.sentences.at(-1)).toBe('Something went wrong on the server. Try again in a moment.');
  expect(lines.join('')).toContain('out of order');
});
