import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AAC_CONFIG, AAC_FRAME, AVC_CONFIG, AVC_KEYFRAME, CLIENT_HANDSHAKE } from '../rtmp/rtmp-client-fixture.ts';
import { joined } from '../rtmp/split-fixture.ts';
import type { PublishAnswer } from './publisher.ts';
import { type ClientSocket, live, ServerFixture, UNKNOWN_KEY } from './rtmp-server-fixture.ts';
import { keepingLogger, type SeenPublisher } from './seeing-node-fixture.ts';

const SENTENCE = UNKNOWN_KEY.refusal.sentence;
const goodbye = ({ bytes }: ClientSocket) => bytes.command(0, 'FCUnpublish', 6, null, 'key');

describe('a publisher', () => {
  it('is asked about, and then its media goes to its sink until it says goodbye', async () => {
    await using fixture = await ServerFixture.start();
    const client = await fixture.client();
    const { localPort } = client.socket;
    client.send(client.bytes.whole('key?backup=1'));
    await client.untilCode('NetStream.Publish.Start');
    const { bytes } = client;
    client.send(bytes.video(AVC_CONFIG), bytes.audio(AAC_CONFIG), bytes.video(AVC_KEYFRAME, 40), goodbye(client));
    expect(await fixture.endOf()).toEqual({ reason: 'unpublished', detail: 'FCUnpublish' });
    const seen = await fixture.publisher();
    expect(seen.attempt).toEqual({
      protocol: 'rtmp',
      streamKey: 'key',
      query: 'backup=1',
      clientAddress: '127.0.0.1',
      clientPort: localPort,
    });
    expect(seen.events.map((event) => event.kind)).toEqual(['video-config', 'audio-config', 'video']);
    expect(fixture.receivedBytes).toBeGreaterThan(0);
  });

  it('may publish again on the same connection', async () => {
    await using fixture = await ServerFixture.start();
    const { client } = await live(fixture);
    client.send(goodbye(client), client.bytes.publish('second'), client.bytes.audio(AAC_CONFIG));
    const second = await fixture.publisher(1);
    await fixture.until(() => second.events.length === 1);
    expect(second.attempt.streamKey).toBe('second');
    expect((await fixture.endOf(0)).reason).toBe('unpublished');
    client.socket.end();
    expect((await fixture.endOf(1)).reason).toBe('peer-left');
  });

  it.each([
    ['ends its connection', (client: ClientSocket) => client.socket.end()],
    ['resets it', (client: ClientSocket) => client.socket.resetAndDestroy()],
  ])('has left when it %s without a word', async (_name, leave) => {
    await using fixture = await ServerFixture.start();
    const { client } = await live(fixture);
    leave(client);
    expect((await fixture.endOf()).reason).toBe('peer-left');
    await fixture.until(() => fixture.connections.at(-1) === 0);
    expect(fixture.publishers[0]?.ends).toHaveLength(1);
  });

  it('is told of each warning once', async () => {
    await using fixture = await ServerFixture.start();
    const { client, seen } = await live(fixture);
    client.send(client.bytes.video(AVC_KEYFRAME), client.bytes.video(AVC_KEYFRAME), goodbye(client));
    await fixture.endOf();
    expect(seen.warnings).toEqual(['The encoder sent video before its decoder configuration; it was left out.']);
  });

  it('that breaks the protocol ends, and nobody else does', async () => {
    await using fixture = await ServerFixture.start();
    const good = await live(fixture, 'good');
    const { client } = await live(fixture, 'bad');
    client.send(Uint8Array.of(0xff));
    expect((await fixture.endOf(1)).reason).toBe('protocol-error');
    await client.untilClosed();
    expect(client.sentences.at(-1)).toMatch(/not correct RTMP/);
    good.client.send(good.client.bytes.audio(AAC_CONFIG));
    await fixture.until(() => good.seen.events.length === 1);
  });
});

describe('a refusal', () => {
  it('of a second publisher of a channel leaves the first one alone', async () => {
    const answer = async (seen: SeenPublisher): Promise<PublishAnswer> =>
      fixture.publishers.length === 1
        ? fixture.yes(seen)
        : { ok: false, refusal: { code: 'channel-in-use', sentence: 'Another encoder is live on this channel.' } };
    await using fixture: ServerFixture = await ServerFixture.start({ answer });
    const first = await live(fixture);
    const second = await fixture.client();
    second.send(second.bytes.whole());
    await second.untilClosed();
    expect(second.codes.slice(-2)).toEqual(['NetStream.Publish.BadName', 'NetStream.Failed']);
    first.client.send(first.client.bytes.audio(AAC_CONFIG), goodbye(first.client));
    expect((await fixture.endOf(0)).reason).toBe('unpublished');
    expect(first.seen.events).toHaveLength(1);
  });

  it('is read by the client before its connection ends', async () => {
    await using fixture = await ServerFixture.start({ answer: async () => UNKNOWN_KEY });
    const client = await fixture.client();
    client.send(client.bytes.whole('wrong'));
    await client.untilClosed();
    expect(client.codes.slice(-2)).toEqual(['NetStream.Publish.Denied', 'NetStream.Failed']);
    expect(client.sentences.at(-1)).toBe(SENTENCE);
    expect(fixture.refused).toEqual(['unknown-stream-key']);
  });

  it('is read by a client that goes on sending, too', async () => {
    await using fixture = await ServerFixture.start({ answer: async () => UNKNOWN_KEY });
    const client = await fixture.client();
    const frame = client.bytes.audio(joined([AAC_FRAME, new Uint8Array(8_000)]));
    client.send(client.bytes.whole('wrong'));
    while (!client.codes.includes('NetStream.Failed')) {
      client.send(frame);
      await new Promise(setImmediate);
    }
    client.socket.end();
    await client.untilClosed();
    expect(client.sentences.at(-1)).toBe(SENTENCE);
  });

  it('follows when the handler fails, and names nothing', async () => {
    const { logger, lines } = keepingLogger();
    const answer = () => Promise.reject(new Error('out of order'));
    await using fixture = await ServerFixture.start({ answer, logger });
    const client = await fixture.client();
    client.send(client.bytes.whole('top-secret-key'));
    await client.untilClosed();
    expect(client.sentences.at(-1)).toBe('Something went wrong on the server. Try again in a moment.');
    expect(fixture.refused).toEqual(['internal-error']);
    expect(lines.join('')).toContain('out of order');
    expect(lines.join('')).not.toContain('top-secret-key');
  });

  it('can be forced on a live publisher', async () => {
    await using fixture = await ServerFixture.start();
    const { client, seen } = await live(fixture);
    seen.handle.close({ code: 'taken-over', sentence: 'Another encoder took over.' });
    expect(await fixture.endOf()).toEqual({ reason: 'closed-by-us', detail: 'taken-over' });
    await client.untilClosed();
    expect(client.codes.at(-2)).toBe('NetStream.Publish.BadName');
    seen.handle.close({ code: 'taken-over', sentence: 'Again.' });
    seen.handle.setPaused(true);
    expect(fixture.refused).toEqual(['taken-over']);
  });
});

describe('the answer', () => {
  it('may come late: what the publisher sent meanwhile is not lost', async () => {
    const answer = Promise.withResolvers<void>();
    await using fixture = await ServerFixture.start({
      answer: async (seen) => {
        await answer.promise;
        return fixture.yes(seen);
      },
    });
    const client = await fixture.client();
    // More than is held for somebody who waits; the rest stays in the kernel and in the client.
    const frames = Array.from({ length: 400 }, (_, index) =>
      client.bytes.audio(joined([AAC_FRAME, new Uint8Array(5_000)]), index),
    );
    client.send(client.bytes.whole(), client.bytes.audio(AAC_CONFIG), ...frames);
    const seen = await fixture.publisher();
    answer.resolve();
    await fixture.until(() => seen.events.length === 401);
    const times = seen.events.slice(1).map((event) => ('dtsUs' in event ? event.dtsUs : -1));
    expect(times).toEqual(frames.map((_, index) => index * 1_000));
  });

  it('that comes after the publisher left is followed by its end at once', async () => {
    const answer = Promise.withResolvers<void>();
    await using fixture = await ServerFixture.start({
      answer: async (seen) => {
        await answer.promise;
        return fixture.yes(seen);
      },
    });
    const client = await fixture.client();
    client.send(client.bytes.whole());
    await fixture.publisher();
    client.socket.end();
    await fixture.until(() => fixture.connections.at(-1) === 0);
    answer.resolve();
    expect((await fixture.endOf()).reason).toBe('peer-left');
  });

  it('that takes too long is a refusal that blames us', async () => {
    const answer = Promise.withResolvers<PublishAnswer>();
    await using fixture = await ServerFixture.start({ answer: () => answer.promise, limits: { authorizeMs: 30 } });
    const client = await fixture.client();
    client.send(client.bytes.whole());
    await client.untilClosed();
    expect(fixture.refused).toEqual(['control-unreachable']);
    answer.resolve(fixture.yes(await fixture.publisher()));
    expect((await fixture.endOf()).reason).toBe('timed-out');
  });
});

describe('holding back', () => {
  it('stops the publisher, loses nothing and lets it go on', async () => {
    await using fixture = await ServerFixture.start({
      onEvent: (event, { handle, events }) => {
        if (event.kind === 'audio' && events.length === 2) handle.setPaused(true);
      },
    });
    const { client, seen } = await live(fixture);
    const count = 500;
    const frames = Array.from({ length: count }, (_, index) =>
      client.bytes.audio(joined([AAC_FRAME, new Uint8Array(10_000)]), index),
    );
    client.send(client.bytes.audio(AAC_CONFIG), ...frames);
    await fixture.until(() => seen.events.length === 2);
    // Another publisher comes, sends and goes; the one that is held back gets no further meanwhile.
    const other = await live(fixture, 'other');
    other.client.send(goodbye(other.client));
    await fixture.endOf(1);
    expect(seen.events).toHaveLength(2);
    seen.handle.setPaused(false);
    await fixture.until(() => seen.events.length === count + 1);
    expect(seen.ends).toEqual([]);
  });
});

describe('a sink that throws', () => {
  it('ends its own publisher, with its end told, and nobody else', async () => {
    const { logger, lines } = keepingLogger();
    await using fixture = await ServerFixture.start({
      logger,
      onEvent: (_event, { attempt }) => {
        if (attempt.streamKey === 'bad') throw new Error('a fault of ours');
      },
    });
    const good = await live(fixture, 'good');
    const bad = await live(fixture, 'bad');
    bad.client.send(bad.client.bytes.audio(AAC_CONFIG));
    await bad.client.untilClosed();
    expect(bad.seen.ends).toEqual([{ reason: 'closed-by-us', detail: 'internal-error' }]);
    expect(lines.join('')).toContain('a fault of ours');
    good.client.send(good.client.bytes.audio(AAC_CONFIG), goodbye(good.client));
    expect((await fixture.endOf(0)).reason).toBe('unpublished');
  });
});

describe('deadlines', () => {
  it('close a connection that says nothing', async () => {
    await using fixture = await ServerFixture.start({ limits: { handshakeMs: 30 } });
    const client = await fixture.client();
    await client.untilClosed();
    expect(client.receivedBytes).toBe(0);
  });

  it('close one that says it byte by byte', async () => {
    await using fixture = await ServerFixture.start({ limits: { handshakeMs: 50 } });
    const client = await fixture.client();
    const bytes = CLIENT_HANDSHAKE.values();
    const drip = setInterval(() => client.send(Uint8Array.of(bytes.next().value ?? 0)), 5);
    await client.untilClosed();
    clearInterval(drip);
    expect(client.answers).toEqual([]);
  });

  it('close one that connects and publishes nothing, with a sentence', async () => {
    await using fixture = await ServerFixture.start({ limits: { publishMs: 30 } });
    const client = await fixture.client();
    client.send(CLIENT_HANDSHAKE, client.bytes.connect());
    await client.untilClosed();
    expect(client.sentences.at(-1)).toBe('Nothing was published in time.');
  });

  it('end a publisher that sends nothing, and one that stops', async () => {
    await using fixture = await ServerFixture.start({ limits: { firstMediaMs: 40, idleMediaMs: 30 } });
    const first = await live(fixture, 'silent');
    expect((await fixture.endOf(0)).reason).toBe('timed-out');
    await first.client.untilClosed();
    const second = await live(fixture, 'stops');
    second.client.send(second.client.bytes.audio(AAC_CONFIG));
    expect((await fixture.endOf(1)).reason).toBe('timed-out');
    await second.client.untilClosed();
    expect(second.client.sentences.at(-1)).toBe('The encoder stopped sending audio and video.');
  });
});

describe('stopping', () => {
  it('lets live publishers go on, and nobody new in', async () => {
    await using fixture = await ServerFixture.start();
    const { client, seen } = await live(fixture);
    const early = await fixture.client();
    early.send(CLIENT_HANDSHAKE, early.bytes.connect(), early.bytes.createStream());
    await early.untilCode('NetConnection.Connect.Success');
    fixture.server.stopAccepting();
    await expect(fixture.client()).rejects.toThrow('ECONNREFUSED');
    early.send(early.bytes.publish());
    await early.untilClosed();
    expect(early.codes.at(-2)).toBe('NetConnection.Connect.AppShutdown');
    expect(fixture.refused).toEqual(['server-draining']);
    client.send(client.bytes.audio(AAC_CONFIG));
    await fixture.until(() => seen.events.length === 1);
    expect(fixture.publishers).toHaveLength(1);
  });

  it('asks those who understand it to connect elsewhere, and waits for them and for nobody else', async () => {
    await using fixture = await ServerFixture.start();
    const other = await live(fixture, 'other');
    const mover = await fixture.client();
    const { bytes } = mover;
    // capsEx 1: NetConnection.Connect.ReconnectRequest is understood (Enhanced RTMP v2).
    mover.send(CLIENT_HANDSHAKE, bytes.connect('live', { capsEx: 1 }), bytes.createStream(), bytes.publish('mover'));
    await mover.untilCode('NetStream.Publish.Start');
    let haveMoved = false;
    const moved = fixture.server.moved.then(() => {
      haveMoved = true;
    });
    fixture.server.stopAccepting();
    await mover.untilCode('NetConnection.Connect.ReconnectRequest');
    expect(mover.sentences.at(-1)).toBe('This server is going to stop. Connect again in a moment.');
    // It goes on until it is connected elsewhere.
    mover.send(bytes.audio(AAC_CONFIG));
    const seen = await fixture.publisher(1);
    await fixture.until(() => seen.events.length === 1);
    expect(haveMoved).toBe(false);
    mover.socket.end();
    await moved;
    expect(seen.ends).toMatchObject([{ reason: 'peer-left' }]);
    expect(other.seen.ends).toEqual([]);
    expect(other.client.codes).not.toContain('NetConnection.Connect.ReconnectRequest');
    await fixture.server.close();
    await other.client.untilClosed();
    expect(other.client.codes.at(-2)).toBe('NetConnection.Connect.AppShutdown');
  });

  it('has nobody to wait for where nobody understands it', async () => {
    await using fixture = await ServerFixture.start();
    await live(fixture);
    fixture.server.stopAccepting();
    await fixture.server.moved;
  });

  it('closes everybody with a sentence, and is done when all are gone', async () => {
    const fixture = await ServerFixture.start();
    const { client } = await live(fixture);
    const silent = await fixture.client();
    await fixture.until(() => fixture.connections.at(-1) === 2);
    await Promise.all([fixture.server.close(), fixture.server.close()]);
    expect(fixture.connections.at(-1)).toBe(0);
    expect(await fixture.endOf()).toEqual({ reason: 'closed-by-us', detail: 'server-draining' });
    await Promise.all([client.untilClosed(), silent.untilClosed()]);
    expect(client.sentences.at(-1)).toBe('This server is going to stop. Connect again in a moment.');
    await fixture.server.close();
  });

  it('leaves no socket and no timer: a process with nothing else to do ends', { timeout: 30_000 }, async () => {
    const program = fileURLToPath(new URL('rtmp-server-exit-fixture.ts', import.meta.url));
    const run = promisify(execFile);
    expect((await run(process.execPath, ['--disable-warning=ExperimentalWarning', program])).stdout).toBe(
      '0 connections\n0 connections\n',
    );
  });

  it('rejects where the port is taken', async () => {
    await using fixture = await ServerFixture.start();
    await expect(ServerFixture.start({ port: fixture.server.port })).rejects.toThrow('EADDRINUSE');
  });
});

it('writes no key into its log', async () => {
  const { logger, lines } = keepingLogger();
  await using fixture = await ServerFixture.start({ logger });
  const { client } = await live(fixture, 'top-secret-key?token=also-secret');
  client.send(Uint8Array.of(0xff));
  await fixture.endOf();
  await client.untilClosed();
  const log = lines.join('');
  expect(log).toContain('RTMP connection ended');
  expect(log).not.toMatch(/top-secret-key|also-secret/);
});
