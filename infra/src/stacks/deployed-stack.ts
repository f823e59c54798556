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
      // One value goes from the first region to others, and is known only when it is made: the id of the ingest names' zone.
      crossRegionReferences: true,
      // CloudFormation hands them on to everything that can have tags.
      tags: { 'sluice:deployment': config.name, ...config.tags },
      terminationProtection: part === 'Storage',
    });
  }

  /** As a template for any account has them: the CDK would ask AWS for their names, and synth asks nobody. */
  override get availabilityZones(): string[] {
    return Array.from({ length: ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
