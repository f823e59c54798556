import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemReply, ScriptedPeer } from './control/scripted-peer.ts';
import { IngestNode } from './node.ts';
import { readSettings, type Settings } from './settings.ts';

const logger = pino({ level: 'silent' });

let peer: ScriptedPeer;
let settings: Settings;
beforeEach(async () => {
  // Control API, edge and bucket in one: a node that idles asks none of them for anything it needs.
  peer = await ScriptedPeer.listen(() => problemReply(403, 'unknown-stream-key'));
  settings = readSettings({
    SLUICE_NODE_ID: 'node-1',
    SLUICE_RTMP_PORT: '0',
    SLUICE_SRT_PORT: '0',
    SLUICE_METRICS_PORT: '0',
    SLUICE_CONTROL_URL: peer.url,
    SLUICE_EDGE_URL: peer.url,
    SLUICE_NODE_TOKEN: 'a-token-of-more-than-16',
    SLUICE_BUCKET: 'media',
    SLUICE_S3_ENDPOINT: peer.url,
    SLUICE_S3_ACCESS_KEY_ID: 'id',
    SLUICE_S3_SECRET_ACCESS_KEY: 'secret',
  });
});
afterEach(() => peer[Symbol.asyncDispose]());

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('an ingest node', () => {
  it('listens for publishers and for whoever watches it, until it is stopped', async () => {
    const node = await IngestNode.start(settings, logger);
    expect(await isListening(node.servers.rtmp.port)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${node.operationsPort}/readyz`)).status).toBe(200);
    await Promise.all([node.stop(), node.stop()]);
    expect(await isListening(node.servers.rtmp.port)).toBe(false);
    expect(await isListening(node.operationsPort)).toBe(false);
  });

  it('that finds a port taken gives up the other, and says which error it was', async () => {
    const first = await IngestNode.start(settings, logger);
    const second = { ...settings, rtmpPort: first.servers.rtmp.port };
    await expect(IngestNode.start(second, logger)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.stop();
  });
});
