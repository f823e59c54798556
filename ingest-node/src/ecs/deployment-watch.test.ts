import { ECS } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PeerReply, type PeerRequest, ScriptedPeer } from '../control/scripted-peer.ts';
import { DeploymentWatch } from './deployment-watch.ts';
import { EcsAgent } from './ecs-agent-fixture.ts';

/** What the agent of the fixture says that this task is of. */
const OWN = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/ingest:1';
const NEWER = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/ingest:2';

let agent: EcsAgent;
let ecs: ScriptedPeer;
let asked: PeerRequest[];
let answer: PeerReply;
let logLines: string[];
let handOvers: number;
let watch: DeploymentWatch;
beforeEach(async () => {
  agent = await EcsAgent.start();
  asked = [];
  answer = wanting(OWN);
  ecs = await ScriptedPeer.listen((request) => {
    asked.push(request);
    return answer;
  });
  logLines = [];
  handOvers = 0;
});
afterEach(async () => {
  watch.close();
  await ecs[Symbol.asyncDispose]();
  await agent[Symbol.asyncDispose]();
});

function wanting(taskDefinition: string): PeerReply {
  return { status: 200, body: { services: [{ serviceName: 'ingest', taskDefinition }], failures: [] } };
}

function start(handOverAfterMs: number): void {
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  watch = new DeploymentWatch({
    ecs: new ECS({ endpoint: ecs.url, region: 'eu-west-1', credentials, maxAttempts: 1 }),
    metadataUrl: agent.metadataUrl,
    cluster: 'sluice-test',
    service: 'ingest',
    handOverAfterMs,
    logger: pino({ base: null, timestamp: false }, { write: (line: string) => logLines.push(line) }),
    onHandOver: () => {
      handOvers += 1;
    },
    // Tests do not wait.
    lookEveryMs: 1,
  });
}

describe('ECS', () => {
  it('is asked for the one service, as the SDK does', async () => {
    start(60_000);
    await ecs.until(() => asked.length >= 2);
    const [{ method, path, body } = { method: '', path: '', body: undefined }] = asked;
    expect([method, path, body]).toEqual(['POST', '/', { cluster: 'sluice-test', services: ['ingest'] }]);
    expect([watch.isOutdated, handOvers, logLines]).toEqual([false, 0, []]);
  });

  it('that wants another version makes the node outdated, and after a while it hands over, once', async () => {
    start(5);
    await ecs.until(() => asked.length >= 2);
    answer = wanting(NEWER);
    await ecs.until(() => handOvers > 0);
    expect(watch.isOutdated).toBe(true);
    const askedCount = asked.length;
    await ecs.until(() => asked.length > askedCount + 2);
    expect(handOvers).toBe(1);
  });

  it('that takes the deployment back makes it current again', async () => {
    answer = wanting(NEWER);
    start(60_000);
    await ecs.until(() => watch.isOutdated);
    answer = wanting(OWN);
    await ecs.until(() => !watch.isOutdated);
    expect([handOvers, logLines.length]).toEqual([0, 2]);
  });

  it.each<[string, PeerReply]>([
    ['refuses', { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }],
    ['knows no such service', { status: 200, body: { services: [], failures: [{ reason: 'MISSING' }] } }],
    ['hangs up', 'cut'],
  ])('that %s changes nothing, and is told of once', async (_what, reply) => {
    answer = reply;
    start(0);
    await ecs.until(() => asked.length >= 4);
    expect([watch.isOutdated, handOvers, logLines.length]).toEqual([false, 0, 1]);
  });
});
