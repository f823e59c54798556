/**
 * A program that serves a publisher, closes the server and then does nothing: it ends by itself when no socket and no
 * timer is left. Every deadline is an hour, so one that is left would be noticed.
 */
import { CLIENT_HANDSHAKE } from '../rtmp/rtmp-client-fixture.ts';
import { ServerFixture } from './rtmp-server-fixture.ts';

const HOUR_MS = 3_600_000;
const fixture = await ServerFixture.start({
  limits: { handshakeMs: HOUR_MS, publishMs: HOUR_MS, firstMediaMs: HOUR_MS, idleMediaMs: HOUR_MS, lingerMs: HOUR_MS },
});
const publisher = await fixture.client();
publisher.send(publisher.bytes.whole());
await publisher.untilCode('NetStream.Publish.Start');
const waiting = await fixture.client();
waiting.send(CLIENT_HANDSHAKE, waiting.bytes.connect());
await waiting.untilCode('NetConnection.Connect.Success');
await fixture.client();
await fixture.until(() => fixture.connections.at(-1) === 3);
await fixture.server.close();
process.stdout.write(`${fixture.connections.at(-1)} connections\n`);
