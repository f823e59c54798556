import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DemoPublisher, startDemoPublisher } from './demo-publisher.ts';

/** A status door that says what the test says, and an RTMP port that counts who comes and sends everybody away. */
class Channel {
  state: 'offline' | 'live' = 'offline';
  connections = 0;
  readonly sockets = new Set<Socket>();
  readonly status: HttpServer = createHttpServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        channelId: 'demo',
        state: this.state,
        version: this.state,
        broadcast: this.state === 'live' ? { broadcastId: 'a'.repeat(16), startedAtMs: 1, profile: 'low' } : null,
      }),
    );
  });
  readonly rtmp: Server = createServer((socket) => {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.destroy();
  });

  async listen(): Promise<{ rtmpUrl: string; statusUrl: string }> {
    const ports = [];
    for (const server of [this.status, this.rtmp]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      ports.push(typeof address === 'object' && address !== null ? address.port : 0);
    }
    return { statusUrl: `http://127.0.0.1:${ports[0]}/status.json`, rtmpUrl: `rtmp://127.0.0.1:${ports[1]}/live` };
  }

  close(): void {
    this.status.closeAllConnections();
    this.status.close();
    this.rtmp.close();
  }
}

describe('the demo publisher', () => {
  const open: { channel?: Channel; demo?: DemoPublisher } = {};
  afterEach(async () => {
    await open.demo?.close();
    open.channel?.close();
  });

  async function start(state: 'offline' | 'live') {
    const channel = new Channel();
    channel.state = state;
    open.channel = channel;
    const demo = await startDemoPublisher({ ...(await channel.listen()), streamKey: 'never-shown', freeForMs: 100 });
    open.demo = demo;
    return { channel, demo };
  }

  it('publishes when nobody does, and tries again when that fails', async () => {
    const { channel } = await start('offline');
    await vi.waitFor(() => expect(channel.connections).toBeGreaterThan(1), { timeout: 30_000 });
  }, 40_000);

  it('does not touch a channel on which somebody publishes', async () => {
    const { channel, demo } = await start('live');
    await vi.waitFor(() => expect(demo.state).toBe('aside'), { timeout: 10_000 });
    expect(channel.connections).toBe(0);
  });

  it('comes back a while after the other has left', async () => {
    const { channel, demo } = await start('live');
    await vi.waitFor(() => expect(demo.state).toBe('aside'), { timeout: 10_000 });
    channel.state = 'offline';
    await vi.waitFor(() => expect(channel.connections).toBeGreaterThan(0), { timeout: 30_000 });
  }, 40_000);
});
