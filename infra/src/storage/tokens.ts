import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';

export interface TokensProps {
  /** Of the node token: nodes of every region look for it by this name. */
  readonly nodeTokenName: string;
  /** Regions besides this one that have nodes. */
  readonly nodeRegions: readonly string[];
  readonly deploymentName: string;
}

const TOKEN_CHARS = 48;

/** What nodes, edge and operators prove themselves to the control API with. Made at random, seen by nobody. */
export class Tokens extends Construct {
  readonly nodeToken: Secret;
  readonly edgeToken: Secret;
  readonly adminToken: Secret;

  constructor(scope: Construct, id: string, { nodeTokenName, nodeRegions, deploymentName }: TokensProps) {
    super(scope, id);
    const token = (description: string) => ({
      description,
      generateSecretString: { passwordLength: TOKEN_CHARS, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.nodeToken = new Secret(this, 'Node', {
      ...token('What ingest nodes prove themselves to the control API with'),
      secretName: nodeTokenName,
      replicaRegions: nodeRegions.map((region) => ({ region })),
    });
    this.edgeToken = new Secret(this, 'Edge', {
      ...token('What the Worker proves itself to the control API with'),
      secretName: `sluice/${deploymentName}/edge-token`,
    });
    this.adminToken = new Secret(this, 'Admin', {
      ...token('API token of the operator: may do everything'),
      secretName: `sluice/${deploymentName}/admin-token`,
    });
    for (const secret of [this.nodeToken, this.edgeToken, this.adminToken]) {
      acknowledge(
        secret,
        'AwsSolutions-SMG4',
        'Whoever has it has to be deployed anew: docs/RUNBOOK.md, "A token got out".',
      );
    }
  }
}
