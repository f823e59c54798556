/**
 * A program that serves a publisher and a player, over TCP and TLS, closes the servers and then does nothing: it ends by
 * itself when no socket and no timer is left. Every deadline is an hour, so one that is left would be noticed.
 */
import { CLIENT_HANDSHAKE } from '../rtmp/rtmp-client-fixture.ts';
import { madeCertificate } from './certificate-fixture.ts';
import { PlayFixture } from './play-fixture.ts';
import type { RtmpServerOptions } from './rtmp-server.ts';

const HOUR_MS = 3_600_000;
const limits = {
  tlsHandshakeMs: HOUR_MS,
  handshakeMs: HOUR_MS,
  publishMs: HOUR_MS,
  firstMediaMs: HOUR_MS,
  idleMediaMs: HOUR_MS,
  lingerMs: HOUR_MS,
};

async function serve(tls: Partial<RtmpServerOptions>): Promise<void> {
  const fixture = await PlayFixture.start({ limits, ...tls });
  const publisher = await fixture.client();
  publisher.send(publisher.bytes.whole());
  await publisher.untilCode('NetStream.Publish.Start');
  const player = await fixture.client();
  player.send(player.bytes.wholePlay());
  await player.untilCode('NetStream.Play.Start');
  const waiting = await fixture.client();
  waiting.send(CLIENT_HANDSHAKE, waiting.bytes.connect());
  await waiting.untilCode('NetConnection.Connect.Success');
  const { server } = fixture;
  await server.client();
  await server.until(() => server.connections.at(-1) === 4);
  await server.server.close();
  process.stdout.write(`${server.connections.at(-1)} connections\n`);
}

await serve({});
await serve({ tls: await madeCertificate() });
