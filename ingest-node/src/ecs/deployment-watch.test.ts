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
let takenBack: number;
let watch: DeploymentWatch;
beforeEach(async () => {
  agent = await EcsAgent.start();
  asked = [];
  answer = deployed([PRIMARY, OWN, 1]);
  ecs = await ScriptedPeer.listen((request) => {
    asked.push(request);
    return answer;
  });
  logLines = [];
  handOvers = 0;
  takenBack = 0;
});
afterEach(async () => {
  watch.close();
  await ecs[Symbol.asyncDispose]();
  await agent[Symbol.asyncDispose]();
});

/** As ECS describes a service: its deployments with their status, task definition and running tasks. */
function deployed(
  ...deployments: (readonly [status: string, taskDefinition: string, runningCount: number])[]
): PeerReply {
  const service = {
    serviceName: 'ingest',
    // What is wanted, from the first moment of a deployment on.
    taskDefinition: deployments[0]?.[1],
    deployments: deployments.map(([status, taskDefinition, runningCount], index) => ({
      id: `ecs-svc/${index}`,
      status,
      taskDefinition,
      desiredCount: 1,
      pendingCount: 1 - runningCount,
      runningCount,
      rolloutState: 'IN_PROGRESS',
    })),
  };
  return { status: 200, body: { services: [service], failures: [] } };
}

const ACTIVE = 'ACTIVE';
const PRIMARY = 'PRIMARY';
/** A newer version is wanted; so many nodes of it run. */
const newer = (runningCount: number) => deployed([PRIMARY, NEWER, runningCount], [ACTIVE, OWN, 1]);

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
    onTakenBack: () => {
      takenBack += 1;
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

  it('that wants another version leaves the node as it is until one of that version runs', async () => {
    answer = newer(0);
    start(60_000);
    await ecs.until(() => asked.length >= 3);
    expect([watch.isOutdated, logLines.length]).toEqual([false, 1]);
    answer = newer(1);
    await ecs.until(() => watch.isOutdated);
    // It was the only one, and it ended.
    answer = newer(0);
    await ecs.until(() => !watch.isOutdated);
    expect([handOvers, logLines.length]).toEqual([0, 3]);
  });

  it('that may begin no new node before this one ends is not kept waiting for it', async () => {
    answer = newer(0);
    start(5);
    await ecs.until(() => handOvers > 0);
    expect(watch.isOutdated).toBe(false);
  });

  it('that wants another version makes the node outdated, and after a while it hands over, once', async () => {
    start(5);
    await ecs.until(() => asked.length >= 2);
    answer = newer(1);
    await ecs.until(() => handOvers > 0);
    expect(watch.isOutdated).toBe(true);
    const askedCount = asked.length;
    await ecs.until(() => asked.length > askedCount + 2);
    expect(handOvers).toBe(1);
  });

  it('that takes the deployment back makes it current again', async () => {
    answer = newer(1);
    start(60_000);
    await ecs.until(() => watch.isOutdated);
    answer = deployed([PRIMARY, OWN, 1], [ACTIVE, NEWER, 1]);
    await ecs.until(() => !watch.isOutdated);
    expect([handOvers, takenBack, logLines.length]).toEqual([0, 1, 2]);
  });

  it('that takes it back late makes it current as well, and the next deployment waits anew', async () => {
    answer = newer(1);
    start(1);
    await ecs.until(() => handOvers > 0);
    answer = deployed([PRIMARY, OWN, 1]);
    await ecs.until(() => takenBack > 0);
    answer = newer(1);
    await ecs.until(() => handOvers > 1);
    expect([handOvers, takenBack]).toEqual([2, 1]);
  });

  it.each<[string, PeerReply]>([
    ['refuses', { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }],
    ['knows no such service', { status: 200, body: { services: [], failures: [{ reason: 'MISSING' }] } }],
    ['says nothing of deployments', { status: 200, body: { services: [{ taskDefinition: NEWER }] } }],
    ['knows no primary one', deployed([ACTIVE, NEWER, 1])],
    ['hangs up', 'cut'],
  ])('that %s changes nothing, and is told of once', async (_what, reply) => {
    answer = reply;
    start(0);
    await ecs.until(() => asked.length >= 4);
    expect([watch.isOutdated, handOvers, logLines.length]).toEqual([false, 0, 1]);
  });
});
