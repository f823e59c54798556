import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEPLOYMENT_COUNTS } from '../../local/src/cost/deployment-counts.ts';
import { Synthesized } from './testing/synthesized.ts';

const Alarm = z.object({
  Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional(),
});
/** Application Auto Scaling makes two alarms for a policy that tracks, each of all its metrics. */
const ALARMS_OF_TRACKING = 2;

const one = new Synthesized();
const two = new Synthesized({ aws: { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1'] } });
const encoded = new Synthesized({ isMediaLiveOn: true });

function all(synthesized: Synthesized, type: string): Record<string, never>[] {
  return synthesized.stacks.flatMap((stack) => {
    return Object.values(synthesized.of(stack).findResources(type)).map(({ Properties }) => Properties);
  });
}

function alarmedMetrics(synthesized: Synthesized): number {
  const alarms = all(synthesized, 'AWS::CloudWatch::Alarm').map((properties) => Alarm.parse(properties).Metrics);
  const looked = alarms.map((metrics) => metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1);
  const tracked = all(synthesized, 'AWS::ApplicationAutoScaling::ScalingPolicy').map((properties) => {
    const Tracking = z.object({
      TargetTrackingScalingPolicyConfiguration: z
        .object({ CustomizedMetricSpecification: z.object({ Metrics: Alarm.shape.Metrics.unwrap() }) })
        .optional(),
    });
    const specification = Tracking.parse(properties).TargetTrackingScalingPolicyConfiguration;
    const metrics = specification?.CustomizedMetricSpecification.Metrics ?? [];
    return ALARMS_OF_TRACKING * metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  });
  return [...looked, ...tracked].reduce((sum, count) => sum + count, 0);
}

describe('what `npm run cost` counts is what the stacks make', () => {
  const count = (synthesized: Synthesized, type: string) => all(synthesized, type).length;

  it.each([
    [
      'secrets, with Cloudflare’s token, which the team makes',
      count(one, 'AWS::SecretsManager::Secret') + 1,
      'secrets',
    ],
    ['hosted zones', count(one, 'AWS::Route53::HostedZone'), 'hostedZones'],
    ['dashboards', count(one, 'AWS::CloudWatch::Dashboard'), 'dashboards'],
    ['metrics of a region', count(one, 'AWS::Logs::MetricFilter'), 'customMetrics'],
    ['zones of a load balancer', count(one, 'AWS::EC2::Subnet'), 'loadBalancerZones'],
    ['metrics that alarms look at', alarmedMetrics(one), 'alarmedMetrics'],
    ['those of what MediaLive encodes', alarmedMetrics(encoded) - alarmedMetrics(one), 'encodedAlarmedMetrics'],
    ['those of a further region', alarmedMetrics(two) - alarmedMetrics(one), 'alarmedMetricsPerFurtherRegion'],
  ] as const)('%s', (_what, made, counted) => expect(made).toBe(DEPLOYMENT_COUNTS[counted]));

  it('copies of secrets in a further region', () => {
    const copies = all(two, 'AWS::SecretsManager::Secret').filter(({ ReplicaRegions }) => ReplicaRegions !== undefined);
    expect(copies).toHaveLength(DEPLOYMENT_COUNTS.replicatedSecrets);
  });

  it('the size of nodes', () => {
    const { nodeVcpus, nodeMemoryGb, encodedNodeVcpus, encodedNodeMemoryGb } = DEPLOYMENT_COUNTS;
    const sizes = all(encoded, 'AWS::ECS::TaskDefinition').map(({ Cpu, Memory }) => [Number(Cpu), Number(Memory)]);
    expect(sizes).toEqual([
      [1_024 * nodeVcpus, 1_024 * nodeMemoryGb],
      [1_024 * encodedNodeVcpus, 1_024 * encodedNodeMemoryGb],
    ]);
    expect(count(encoded, 'AWS::Logs::MetricFilter')).toBe(2 * DEPLOYMENT_COUNTS.customMetrics);
  });
});
