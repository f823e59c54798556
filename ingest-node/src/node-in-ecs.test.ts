import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_SETTINGS } from './broadcast/fixtures/settings-fixture.ts';
import { ScriptedPeer } from './control/scripted-peer.ts';
import { EcsAgent } from './ecs/ecs-agent-fixture.ts';
import { IngestNode } from './node.ts';
import { ScriptedEdge } from './publish/scripted-edge.ts';
import { ClientSocket } from './server/rtmp-server-fixture.ts';
import { readSettings } from './settings.ts';

const PROTECT = { ProtectionEnabled: true, ExpiresInMinutes: 60 };
const RELEASE = { ProtectionEnabled: false };

let agent: EcsAgent;
let control: ScriptedPeer;
let edge: ScriptedEdge;
let node: IngestNode;
let logLines: string[];
beforeEach(async () => {
  agent = await EcsAgent.start();
  edge = await ScriptedEdge.listen();
  control = await ScriptedPeer.listen(({ path }) => {
    if (!path.endsWith('/authorize')) return { status: 503 };
    const grant = { grant: 'a-grant', grantExpiresAtMs: Date.now() + 600_000 };
    return { status: 200, body: { settings: DEMO_SETTINGS, ...grant, keyId: 'key-1', authorizedAtMs: 1 } };
  });
  logLines = [];
  const settings = readSettings({
    ECS_AGENT_URI: agent.url,
    ECS_CONTAINER_METADATA_URI_V4: agent.metadataUrl,
    SLUICE_RTMP_PORT: '0',
    SLUICE_SRT_PORT: '0',
    SLUICE_METRICS_PORT: '0',
    SLUICE_CONTROL_URL: control.url,
    SLUICE_EDGE_URL: edge.peer.url,
    SLUICE_NODE_TOKEN: 'a-token-of-more-than-16',
    SLUICE_BUCKET: 'media',
    SLUICE_S3_ENDPOINT: control.url,
    SLUICE_S3_ACCESS_KEY_ID: 'id',
    SLUICE_S3_SECRET_ACCESS_KEY: 'secret',
    SLUICE_BROADCASTS_MAX: '1',
  });
  node = await IngestNode.start(settings, pino({}, { write: (line: string) => logLines.push(line) }));
});
afterEach(async () => {
  await node.stop();
  await edge[Symbol.asyncDispose]();
  await control[Symbol.asyncDispose]();
  await agent[Symbol.asyncDispose]();
});

async function publisher(): Promise<ClientSocket> {
  const client = new ClientSocket(connect(node.servers.rtmp.port, '127.0.0.1'));
  client.send(client.bytes.whole('key'));
  await client.untilCode('NetStream.Publish.Start');
  return client;
}

async function readiness(): Promise<number> {
  return (await fetch(`http://127.0.0.1:${node.operationsPort}/readyz`)).status;
}

describe('a node that runs as a task of ECS', () => {
  it('is not ready while it is full, is protected, and lives all the same', async () => {
    expect([await readiness(), agent.asked]).toEqual([200, []]);
    const client = await publisher();
    await agent.untilAsked(1);
    expect([await readiness(), agent.asked]).toEqual([503, [PROTECT]]);
    expect((await fetch(`http://127.0.0.1:${node.operationsPort}/healthz`)).status).toBe(200);
    client.socket.destroy();
    while ((await readiness()) !== 200);
  });

  it('is not ready from the moment on that it is to stop, while publishers are still moving, and gives its protection back', async () => {
    const client = await publisher();
    await agent.untilAsked(1);
    client.socket.destroy();
    while ((await readiness()) !== 200);
    const second = await publisher();
    const stopped = node.stop();
    expect(await readiness()).toBe(503);
    second.socket.destroy();
    await stopped;
    expect(agent.asked).toEqual([PROTECT, RELEASE]);
  });

  it('says at its end what it has counted', async () => {
    const client = await publisher();
    client.socket.destroy();
    await node.stop();
    const last = logLines.filter((line) => line.includes('"msg":"figures"'));
    expect(last.map((line) => JSON.parse(line))).toMatchObject([
      { isLast: true, partsStored: 0, periodS: expect.any(Number) },
    ]);
  });
});
