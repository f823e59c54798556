import {
  type Cluster,
  FargatePlatformVersion,
  FargateService,
  PropagatedTagSource,
  type Protocol,
} from 'aws-cdk-lib/aws-ecs';
import type { NetworkTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../nag/acknowledge.ts';
import type { IngestNetwork } from './ingest-network.ts';
import type { IngestTask } from './ingest-task.ts';

/** A port of the nodes, and the target group that has it. */
export interface IngestTarget {
  readonly group: NetworkTargetGroup;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

export interface IngestServiceProps {
  readonly cluster: Cluster;
  /** The cluster's, as text. */
  readonly clusterName: string;
  readonly serviceName: string;
  readonly network: IngestNetwork;
  readonly task: IngestTask;
  readonly targets: readonly IngestTarget[];
  /** Never two at once, so that all that somebody pushes reaches the same node; a deployment is a short break then. */
  readonly isAlone?: boolean;
}

/**
 * The longest there is, 69 years: a node that is full is not ready, and ECS would replace it with everybody on it. One
 * that is stuck ends itself (ingest-node's watchdog), and ECS starts another when a container ends.
 */
const NEVER_BY_HEALTH = Duration.seconds(2_147_483_647);

/** The nodes of a region as a service of ECS: as many as are wanted, replaced one by one by a deployment. */
export class IngestService extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: IngestServiceProps) {
    super(scope, id);
    const { cluster, serviceName, network, task, targets, isAlone = false } = props;
    this.service = new FargateService(this, 'Service', {
      cluster,
      serviceName,
      taskDefinition: task.definition,
      // 1.4.0 is the first that takes UDP.
      platformVersion: FargatePlatformVersion.VERSION1_4,
      assignPublicIp: true,
      vpcSubnets: { subnets: network.vpc.publicSubnets },
      securityGroups: [network.nodeGroup],
      minHealthyPercent: isAlone ? 0 : 100,
      maxHealthyPercent: isAlone ? 100 : 200,
      healthCheckGracePeriod: NEVER_BY_HEALTH,
      circuitBreaker: { enable: true, rollback: true },
      enableECSManagedTags: true,
      // So that the bill knows whose the tasks are.
      propagateTags: PropagatedTagSource.SERVICE,
      // The number is scaling's: one that stood here would end nodes at every deployment.
      ...(isAlone ? { desiredCount: 1 } : {}),
    });
    for (const { group, containerPort, protocol } of targets) {
      group.addTarget(this.service.loadBalancerTarget({ containerName: 'node', containerPort, protocol }));
    }
    // A node that holds a broadcast asks ECS not to end it, and looks whether a newer deployment waits for it.
    this.#letAskEcs(props);
  }

  #letAskEcs({ clusterName, serviceName, task }: IngestServiceProps): void {
    const { taskRole } = task.definition;
    const arn = (resource: string, name: string) =>
      Stack.of(this).formatArn({ service: 'ecs', resource, resourceName: `${clusterName}/${name}` });
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
        resources: [arn('task', '*')],
      }),
    );
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ecs:DescribeServices'], resources: [arn('service', serviceName)] }),
    );
    const reason = 'A task’s own ARN is not known before it runs; the others of the cluster are ingest nodes as well.';
    acknowledgeWildcard(task.definition, `Resource::${arn('task', '*')}`, reason);
  }
}
