import { Fn, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { DeploymentConfig } from '../config/deployment-config.ts';
import type { DeploymentNames } from '../config/deployment-names.ts';

export interface DeployedStackProps {
  readonly config: DeploymentConfig;
  readonly names: DeploymentNames;
  readonly region: string;
}

/** Two are asked for (IngestNetwork), and every region has that many. */
const ZONES = 2;

/** One of a deployment's stacks: its name, its place and its tags. */
export class DeployedStack extends Stack {
  constructor(scope: Construct, part: string, description: string, { config, names, region }: DeployedStackProps) {
    super(scope, part, {
      stackName: names.stack(part),
      description: `Sluice ${config.name}: ${description}`,
      env: { account: config.aws.accountId, region },
      // Two values go from the first region to others, and are known only when they are made: the id of the ingest names'
      // zone, and the six characters that Secrets Manager has put behind the name of the nodes' token.
      crossRegionReferences: true,
      // CloudFormation hands them on to everything that can have tags.
      tags: { 'sluice:deployment': config.name, ...config.tags },
    });
  }

  /** As a template for any account has them: the CDK would ask AWS for their names, and synth asks nobody. */
  override get availabilityZones(): string[] {
    return Array.from({ length: ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
