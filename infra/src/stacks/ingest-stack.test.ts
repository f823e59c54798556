import { runInNewContext } from 'node:vm';
import { readSettings } from '@sluice/ingest-node';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Synthesized } from '../testing/synthesized.ts';

const deployed = new Synthesized();
const template = deployed.ingest();

describe('what publishers reach', () => {
  it.each([
    ['RTMP', { Port: 1_935, Protocol: 'TCP' }],
    ['RTMPS', { Port: 1_936, Protocol: 'TLS', Certificates: [{ CertificateArn: Match.anyValue() }] }],
    ['SRT', { Port: 8_890, Protocol: 'UDP' }],
  ])('is %s', (_protocol, properties) => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', properties);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 3);
  });

  it('is a network load balancer that leads to nodes of both zones', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: 'internet-facing',
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    });
    template.resourceCountIs('AWS::EC2::Subnet', 2);
  });

  it('is open to everybody, or to whom the team says', () => {
    const ports = (ingress: { FromPort: number; IpProtocol: string; CidrIp: string }[]) =>
      ingress.map(({ FromPort, IpProtocol, CidrIp }) => `${CidrIp} ${IpProtocol} ${FromPort}`).sort();
    const opened = (synthesized: Synthesized) =>
      Object.values(synthesized.ingest().findResources('AWS::EC2::SecurityGroup')).flatMap(({ Properties }) =>
        ports(Properties.SecurityGroupIngress ?? []),
      );
    expect(opened(deployed)).toEqual(['0.0.0.0/0 tcp 1935', '0.0.0.0/0 tcp 1936', '0.0.0.0/0 udp 8890']);
    const limited = new Synthesized({ ingest: { allowedCidrs: ['203.0.113.0/24'] } });
    expect(opened(limited)).toEqual(['203.0.113.0/24 tcp 1935', '203.0.113.0/24 tcp 1936', '203.0.113.0/24 udp 8890']);
  });

  it('is the only thing that reaches the nodes', () => {
    const rules = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(rules.map(({ Properties: { FromPort, IpProtocol } }) => `${IpProtocol} ${FromPort}`).sort()).toEqual([
      'tcp 1935',
      'tcp 8082',
      'udp 8890',
    ]);
    for (const { Properties } of rules) expect(Properties).toHaveProperty('SourceSecurityGroupId');
  });

  it('has the nearest region’s address, and each region its own name', () => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'ingest.live.example.com.',
      Type: 'A',
      Region: 'eu-west-1',
      SetIdentifier: 'eu-west-1',
      AliasTarget: Match.objectLike({ EvaluateTargetHealth: true }),
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'eu-west-1.ingest.live.example.com.',
      Type: 'A',
    });
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'ingest.live.example.com',
      SubjectAlternativeNames: ['eu-west-1.ingest.live.example.com'],
      ValidationMethod: 'DNS',
    });
  });
});

describe('whether a node is well', () => {
  const groups = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup')).map(
    ({ Properties }) => Properties,
  );
  const group = (protocol: string) => groups.find(({ Protocol }) => Protocol === protocol);
  const attributes = (protocol: string): Record<string, string> =>
    Object.fromEntries(
      group(protocol).TargetGroupAttributes.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]),
    );

  it('is asked over HTTP every five seconds', () => {
    expect(groups).toHaveLength(2);
    for (const each of groups) {
      expect(each).toMatchObject({
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: '8082',
        HealthCheckIntervalSeconds: 5,
      });
    }
  });

  it('means for TCP that it has room, and a full node keeps whom it has', () => {
    expect(group('TCP').HealthCheckPath).toBe('/readyz');
    expect(attributes('TCP')).toMatchObject({
      'target_health_state.unhealthy.connection_termination.enabled': 'false',
      'preserve_client_ip.enabled': 'true',
      'deregistration_delay.timeout_seconds': '120',
    });
  });

  it('means for SRT that it lives', () => {
    expect(group('UDP').HealthCheckPath).toBe('/healthz');
    expect(attributes('UDP')).toMatchObject({ 'deregistration_delay.timeout_seconds': '120' });
  });

  it('is never a reason for ECS to end it', () => {
    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 2_147_483_647 });
  });
});

describe('a node', () => {
  it('has an address of its own and no NAT gateway, and reaches S3 inside of AWS', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      LaunchType: 'FARGATE',
      PlatformVersion: '1.4.0',
      NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'ENABLED' }) },
    });
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });

  it('has two minutes to finish, and a file system that it cannot write to', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '4096',
      Memory: '8192',
      ContainerDefinitions: [
        Match.objectLike({
          StopTimeout: 120,
          ReadonlyRootFilesystem: true,
          LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
          LogConfiguration: Match.objectLike({ Options: Match.objectLike({ mode: 'non-blocking' }) }),
        }),
      ],
    });
  });

  it('is told where everything is, and its token by Secrets Manager alone', () => {
    const [{ Properties } = { Properties: undefined }] = Object.values(
      template.findResources('AWS::ECS::TaskDefinition'),
    );
    const [container] = Properties.ContainerDefinitions;
    const told = Object.fromEntries(
      container.Environment.map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value]),
    );
    expect(told).toEqual({
      SLUICE_HOST: '0.0.0.0',
      SLUICE_CONTROL_URL: 'https://control.live.example.com',
      SLUICE_EDGE_URL: 'https://live.example.com',
      SLUICE_BUCKET: 'sluice-test-media',
      SLUICE_S3_REGION: 'auto',
      SLUICE_S3_ENDPOINT: 'https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com',
      SLUICE_BROADCASTS_MAX: '2',
      SLUICE_TRANSCODE_CPUS: '4',
      SLUICE_ECS_SERVICE: 'sluice-test/ingest',
      SLUICE_HAND_OVER_AFTER_MIN: '60',
      SLUICE_LOG_LEVEL: 'info',
      SLUICE_REVISION: '1',
    });
    expect(readSettings({ ...told, SLUICE_NODE_TOKEN: 'a-token-of-the-tests' })).toMatchObject({ broadcastsMax: 2 });
    expect(container.Secrets).toMatchObject([{ Name: 'SLUICE_NODE_TOKEN' }]);
    expect(JSON.stringify(container.Secrets)).toContain('arn:aws:secretsmanager:eu-west-1:111122223333:secret');
  });

  it('reads the copy of its token that is in its own region', () => {
    const two = new Synthesized({ aws: { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1'] } });
    const text = JSON.stringify(two.ingest(1).findResources('AWS::ECS::TaskDefinition'));
    expect(text).toContain('arn:aws:secretsmanager:us-east-1:111122223333:secret');
    expect(text).not.toContain('arn:aws:secretsmanager:eu-west-1');
  });

  it('may keep itself alive, look at its own service, and do nothing else in AWS', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('TaskRole'),
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
            Resource: 'arn:aws:ecs:eu-west-1:111122223333:task/sluice-test/*',
          },
          {
            Effect: 'Allow',
            Action: 'ecs:DescribeServices',
            Resource: 'arn:aws:ecs:eu-west-1:111122223333:service/sluice-test/ingest',
          },
        ],
        Version: '2012-10-17',
      },
    });
  });
});

describe('how many nodes there are', () => {
  const policyOf = (synthesized: Synthesized) => {
    const policies = Object.values(synthesized.ingest().findResources('AWS::ApplicationAutoScaling::ScalingPolicy'));
    return policies.map(({ Properties }) => Properties);
  };
  const expressionOf = (synthesized: Synthesized): string =>
    policyOf(synthesized).find(({ PolicyType }) => PolicyType === 'TargetTrackingScaling')
      .TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification.Metrics[3].Expression;

  it('is between the least and the most, and a deployment does not set it back', () => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 1, MaxCapacity: 10 });
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: Match.absent() });
  });

  it('follows the slots in use, with room for more', () => {
    expect(expressionOf(deployed)).toBe('IF(used + 1 > FILL(held, 0) * 2, used + 1, FILL(held, 0) * 2) / nodes');
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: Match.objectLike({ TargetValue: 2 }),
    });
  });

  it.each([
    ['one where nobody is and one is always there', {}, { used: 0, held: 0, nodes: 1 }, 1],
    ['another one for the last free slot', {}, { used: 2, held: 1, nodes: 1 }, 2],
    ['what is in use and room, however it is spread', {}, { used: 7, held: 4, nodes: 6 }, 4],
    ['all that hold somebody, also where fewer would do', {}, { used: 10, held: 10, nodes: 10 }, 10],
    ['none where nobody is and none is wanted', { nodesMin: 0 }, { used: 0, held: 0, nodes: 3 }, 0],
    ['room again as soon as somebody is there', { nodesMin: 0, freeSlots: 2 }, { used: 2, held: 1, nodes: 1 }, 2],
  ])('is %s', (_what, ingest, now, nodes) => {
    const expression = expressionOf(new Synthesized({ ingest: { slots: 2, ...ingest } }));
    // CloudWatch's functions of these names; Application Auto Scaling keeps the metric at its target, which is `slots`.
    const functions = { IF: (is: boolean, yes: number, no: number) => (is ? yes : no), FILL: (value: number) => value };
    const metric = z.number().parse(runInNewContext(expression, { ...functions, ...now }));
    expect(Math.ceil((now.nodes * metric) / 2)).toBe(nodes);
  });

  it('grows within two minutes where the room is gone', () => {
    const wide = new Synthesized({ ingest: { freeSlots: 5, slots: 2 } });
    const [step] = policyOf(wide).filter(({ PolicyType }) => PolicyType === 'StepScaling');
    expect(step.StepScalingPolicyConfiguration.StepAdjustments).toEqual([
      { MetricIntervalUpperBound: 0, ScalingAdjustment: 3 },
    ]);
    wide.ingest().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'SlotsFree',
      Threshold: 5,
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 2,
    });
  });

  it('is none where that is wanted and nobody publishes, until somebody knocks', () => {
    const zero = new Synthesized({ ingest: { nodesMin: 0, freeSlots: 2 } });
    expect(expressionOf(zero)).toBe(
      'IF(used > 0, IF(used + 2 > FILL(held, 0) * 2, used + 2, FILL(held, 0) * 2), 0) / nodes',
    );
    zero.ingest().hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0 });
    zero.ingest().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('Somebody tries to publish and no node runs'),
    });
    zero.control.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['ecs:DescribeServices', 'ecs:UpdateService'],
            Resource: 'arn:aws:ecs:eu-west-1:111122223333:service/sluice-test/ingest',
          }),
        ]),
      },
    });
  });
});

describe('MediaLive', () => {
  const encoded = new Synthesized({
    isMediaLiveOn: true,
    aws: { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1'] },
  });

  it('pushes with TLS to one node of the first region that takes nothing else', () => {
    const first = encoded.ingest(0);
    first.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 8_443, Protocol: 'TLS' });
    // Or its one node would decide whether Route 53 sends any publisher here.
    first.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 2);
    first.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'encoded.ingest.live.example.com.' });
    first.hasResourceProperties('AWS::ECS::Service', {
      ServiceName: 'encoded',
      DesiredCount: 1,
      DeploymentConfiguration: Match.objectLike({ MaximumPercent: 100, MinimumHealthyPercent: 0 }),
    });
    encoded.ingest(1).resourceCountIs('AWS::ECS::Service', 1);
    encoded.control.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          SLUICE_MEDIALIVE_INGEST_URL: 'https://encoded.ingest.live.example.com:8443/cmaf',
          SLUICE_DEPLOYMENT: 'test',
        }),
      },
    });
  });

  it('is not there where nobody asked for it', () => {
    template.resourceCountIs('AWS::ECS::Service', 1);
    deployed.control.resourceCountIs('AWS::IAM::Role', 2);
  });
});
