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

const PROTECT = { ProtectionEnabled: true, ExpiresInMinutes: 180 };
const RELEASE = { ProtectionEnabled: false };

/** The SDK asks where these say. */
const SDK_ENVIRONMENT = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

let agent: EcsAgent;
let ecs: ScriptedPeer;
let wantedRevision: number;
let control: ScriptedPeer;
let edge: ScriptedEdge;
let node: IngestNode;
let logLines: string[];
beforeEach(async () => {
  agent = await EcsAgent.start();
  wantedRevision = 1;
  ecs = await ScriptedPeer.listen(() => {
    const taskDefinition = `arn:aws:ecs:eu-west-1:123456789012:task-definition/ingest:${wantedRevision}`;
    const deployments = [{ status: 'PRIMARY', taskDefinition, runningCount: 1 }];
    return { status: 200, body: { services: [{ taskDefinition, deployments }] } };
  });
  Object.assign(process.env, SDK_ENVIRONMENT, { AWS_ENDPOINT_URL_ECS: ecs.url });
  edge = await ScriptedEdge.listen();
  control = await ScriptedPeer.listen(({ path }) => {
    if (!path.endsWith('/authorize')) return { status: 503 };
    const grant = { grant: 'a-grant', grantExpiresAtMs: Date.now() + 600_000 };
    return { status: 200, body: { settings: DEMO_SETTINGS, ...grant, keyId: 'key-1', authorizedAtMs: 1 } };
  });
  logLines = [];
});

async function start(): Promise<void> {
  const settings = readSettings({
    ECS_AGENT_URI: agent.url,
    ECS_CONTAINER_METADATA_URI_V4: agent.metadataUrl,
    SLUICE_ECS_SERVICE: 'sluice/ingest',
    SLUICE_HAND_OVER_AFTER_MIN: '0',
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
}

afterEach(async () => {
  await node.stop();
  await edge[Symbol.asyncDispose]();
  await control[Symbol.asyncDispose]();
  await agent[Symbol.asyncDispose]();
  await ecs[Symbol.asyncDispose]();
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
    await start();
    expect([await readiness(), agent.asked]).toEqual([200, []]);
    const client = await publisher();
    await agent.untilAsked(1);
    expect([await readiness(), agent.asked]).toEqual([503, [PROTECT]]);
    expect((await fetch(`http://127.0.0.1:${node.operationsPort}/healthz`)).status).toBe(200);
    client.socket.destroy();
    while ((await readiness()) !== 200);
  });

  it('is not ready from the moment on that it is to stop, while publishers are still moving, and gives its protection back', async () => {
    await start();
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
    await start();
    const client = await publisher();
    client.socket.destroy();
    await node.stop();
    const last = logLines.filter((line) => line.includes('"msg":"figures"'));
    expect(last.map((line) => JSON.parse(line))).toMatchObject([
      { isLast: true, partsStored: 0, periodS: expect.any(Number) },
    ]);
  });

  it('of an older deployment is not ready, lives, and is not protected once that has waited long enough', async () => {
    wantedRevision = 2;
    await start();
    while ((await readiness()) !== 503);
    // Whoever comes all the same, over SRT or because no node is ready, is taken.
    const client = await publisher();
    expect([await readiness(), agent.asked]).toEqual([503, []]);
    client.socket.destroy();
  });
});
