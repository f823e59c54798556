import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AAC_FRAME, AVC_CONFIG, AVC_KEYFRAME, CLIENT_HANDSHAKE, ClientBytes } from '../rtmp/rtmp-client-fixture.ts';
import { joined } from '../rtmp/split-fixture.ts';
import { live, ServerFixture, UNKNOWN_KEY } from './rtmp-server-fixture.ts';

it('reads so much of one publisher in a turn of the event loop, however much has come from it', async () => {
  const turns: number[] = [0];
  await using fixture = await ServerFixture.start({
    onReceived: (sizeBytes) => {
      if (turns.at(-1) === 0) setImmediate(() => turns.push(0));
      turns[turns.length - 1] = (turns.at(-1) ?? 0) + sizeBytes;
    },
  });
  const { client, seen } = await live(fixture);
  const large = joined([AVC_KEYFRAME, new Uint8Array(1_000_000)]);
  client.send(client.bytes.video(AVC_CONFIG), ...Array.from({ length: 12 }, () => client.bytes.video(large)));
  await fixture.until(() => seen.events.length === 13);
  // Two turns of the loop can lie between two of ours. Without a limit it is up to 32 reads of 64 KiB.
  expect(Math.max(...turns)).toBeLessThanOrEqual(4 * 65_536);
});

describe('limits', () => {
  it('tell whoever finds no room, close the rest, and let somebody in again later', async () => {
    await using fixture = await ServerFixture.start({ limits: { connectionsMax: 1, refusedConnectionsMax: 1 } });
    const first = await live(fixture);
    const second = await fixture.client();
    const third = await fixture.client();
    await third.untilClosed();
    expect(third.receivedBytes).toBe(0);
    second.send(CLIENT_HANDSHAKE, second.bytes.connect());
    await second.untilClosed();
    expect(second.codes[0]).toBe('NetConnection.Connect.Rejected');
    expect(second.sentences[0]).toBe('This server has no room for another connection. Try again in a moment.');
    expect(fixture.refused).toEqual(['server-full', 'server-full']);
    first.client.socket.end();
    await fixture.until(() => fixture.connections.at(-1) === 0);
    await live(fixture);
    expect(Math.max(...fixture.connections)).toBe(1);
  });

  it('are for those who come and go, too', async () => {
    const limits = { connectsPerAddressMax: 2, connectWindowMs: 600_000 };
    await using fixture = await ServerFixture.start({ limits });
    for (let count = 0; count < 2; count++) {
      const client = await fixture.client();
      client.socket.end();
      await client.untilClosed();
    }
    const third = await fixture.client();
    third.send(third.bytes.whole());
    await third.untilClosed();
    expect(third.receivedBytes).toBe(0);
    expect(fixture.refused).toEqual(['server-full']);
    expect(fixture.connections.at(-1)).toBe(0);
  });

  it('end a connection that goes on sending behind our last word', async () => {
    const limits = { lingerMs: 600_000, lingerBytesMax: 100_000 };
    await using fixture = await ServerFixture.start({ answer: async () => UNKNOWN_KEY, limits });
    const socket = connect({ port: fixture.server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(new ClientBytes().whole('wrong'));
    await fixture.until(() => fixture.refused.length === 1);
    socket.resume();
    socket.write(new Uint8Array(400_000));
    await fixture.until(() => fixture.connections.at(-1) === 0);
    socket.destroy();
  });

  // Only Linux has all of 127.0.0.0/8 on its loopback.
  it.runIf(process.platform === 'linux')('are for each address, too', async () => {
    await using fixture = await ServerFixture.start({ limits: { connectionsPerAddressMax: 1 } });
    await live(fixture);
    const same = await fixture.client();
    same.send(CLIENT_HANDSHAKE, same.bytes.connect());
    await same.untilClosed();
    expect(same.sentences[0]).toBe(
      'There are too many connections from your address. Stop the ones that you do not need.',
    );
    const other = await fixture.client('127.0.0.2');
    other.send(other.bytes.whole());
    await other.untilCode('NetStream.Publish.Start');
    expect(fixture.publishers[1]?.attempt.clientAddress).toBe('127.0.0.2');
  });

  it('end a publisher that sends more than its answer allows', async () => {
    await using fixture = await ServerFixture.start({
      answer: async (seen) => {
        const yes = fixture.yes(seen);
        return yes.ok ? { ...yes, ingestBitrateBpsMax: 8_000 } : yes;
      },
      limits: { bitrateWindowMs: 1_000 },
    });
    const { client } = await live(fixture);
    client.send(client.bytes.audio(joined([AAC_FRAME, new Uint8Array(5_000)])));
    expect(await fixture.endOf()).toEqual({ reason: 'limit', detail: 'bitrate-too-high' });
    await client.untilClosed();
  });

  it('end a client that asks and asks and does not read', async () => {
    await using fixture = await ServerFixture.start({ limits: { unsentBytesMax: 10_000 } });
    const { client } = await live(fixture);
    client.socket.pause();
    client.send(...Array.from({ length: 5_000 }, () => client.bytes.command(0, 'x', 9, null)));
    expect(await fixture.endOf()).toEqual({ reason: 'limit', detail: 'the peer does not read our answers' });
  });

  it('end a connection that does not close itself after our last word', async () => {
    await using fixture = await ServerFixture.start({ answer: async () => UNKNOWN_KEY, limits: { lingerMs: 20 } });
    const socket = connect({ port: fixture.server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(new ClientBytes().whole('wrong'));
    socket.resume();
    await fixture.until(() => fixture.connections.at(-1) === 0);
    socket.destroy();
    expect(fixture.refused).toEqual(['unknown-stream-key']);
  });
});
