import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../config/deployment-config.ts';
import type { DeploymentNames } from '../config/deployment-names.ts';

export interface WakeAccessProps {
  readonly config: DeploymentConfig;
  readonly names: DeploymentNames;
  /** The function behind the API. */
  readonly waker: NodejsFunction;
}

/** Lets the control API start the first node of a region where none runs (`sluice wake`). Nothing where some always do. */
export class WakeAccess extends Construct {
  constructor(scope: Construct, id: string, { config, names, waker }: WakeAccessProps) {
    super(scope, id);
    if (config.ingest.nodesMin > 0) return;
    const { cluster, ingestService: service } = names;
    const services = config.aws.regions.map((region) => ({ region, cluster, service }));
    waker.addEnvironment('SLUICE_INGEST_SERVICES', JSON.stringify(services));
    waker.addToRolePolicy(
      new PolicyStatement({
        actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
        resources: config.aws.regions.map((region) =>
          Stack.of(this).formatArn({
            service: 'ecs',
            region,
            resource: 'service',
            resourceName: `${cluster}/${service}`,
          }),
        ),
      }),
    );
  }
}
