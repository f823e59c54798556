import { NodeId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { ScriptedPeer } from '../control/scripted-peer.ts';
import { EcsAgent } from './ecs-agent-fixture.ts';
import { isInEcs, readEcsEnvironment } from './ecs-environment.ts';
import { ecsNodeId, randomNodeId } from './node-name.ts';

describe('the name of a node', () => {
  it('tells its task where it runs in ECS, and each run apart', async () => {
    await using agent = await EcsAgent.start();
    const [first, second] = [await ecsNodeId(agent.metadataUrl), await ecsNodeId(agent.metadataUrl)];
    expect(first).toMatch(/^eu-west-1-8f03e41243824aea923aca126495f665-[0-9a-f]{6}$/);
    expect(second).not.toBe(first);
  });

  it.each([
    [
      'a task of the old, short form',
      'arn:aws:ecs:us-gov-west-1:123456789012:task/0b7c2f5e-8c1b-4c2e-9d7e-2f1a6b3c4d5e',
    ],
    ['China', 'arn:aws-cn:ecs:cn-northwest-1:123456789012:task/a-cluster_2/8f03e41243824aea923aca126495f665'],
  ])('is one for %s', async (_what, TaskARN) => {
    const body = { TaskARN, Family: 'ingest', Revision: '7' };
    await using peer = await ScriptedPeer.listen(() => ({ status: 200, body }));
    expect(NodeId.safeParse(await ecsNodeId(peer.url)).success).toBe(true);
  });

  it.each([
    ['is no task', { status: 200, body: { TaskARN: 'arn:aws:s3:::bucket', Family: 'ingest', Revision: '7' } } as const],
    ['is not there', { status: 404 } as const],
    ['hangs up', 'cut' as const],
  ])('is not made of metadata that %s', async (_what, reply) => {
    await using peer = await ScriptedPeer.listen(() => reply);
    await expect(ecsNodeId(peer.url)).rejects.toThrow();
  });

  it('is made up elsewhere', () => {
    expect(randomNodeId()).toMatch(/^node-[0-9a-f]{12}$/);
    expect(randomNodeId()).not.toBe(randomNodeId());
  });
});

describe('what ECS tells a container', () => {
  it('is there or not', () => {
    const there = {
      ECS_AGENT_URI: 'http://169.254.170.2/api/x',
      ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/x',
    };
    expect(readEcsEnvironment(there)).toEqual({
      agentUrl: there.ECS_AGENT_URI,
      metadataUrl: there.ECS_CONTAINER_METADATA_URI_V4,
    });
    expect(isInEcs(readEcsEnvironment(there))).toBe(true);
    for (const none of [{}, { ECS_AGENT_URI: 'nonsense' }]) {
      expect(readEcsEnvironment(none)).toEqual({});
      expect(isInEcs(readEcsEnvironment(none))).toBe(false);
    }
  });
});
