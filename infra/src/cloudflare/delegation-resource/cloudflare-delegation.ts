import { fileURLToPath } from 'node:url';
import { CustomResource } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { assertProperties } from '../custom-resource/checked-properties.ts';
import {
  ANSWER_TIMEOUT,
  CustomResourceFunction,
  mayReadSecrets,
  mayUseKeys,
  type SecretReference,
} from '../custom-resource/custom-resource-function.ts';
import { DelegationProperties } from './delegation-properties.ts';

export interface Delegation {
  /** A name below the zone: `ingest.live.example.com`. */
  readonly name: string;
  /** Who answers for it: a hosted zone's `hostedZoneNameServers`. */
  readonly nameServers: readonly string[];
}

export interface CloudflareDelegationProps {
  /** Of the zone in Cloudflare: 32 of 0-9 and a-f. It cannot change later. */
  readonly zoneId: string;
  /** An API token of Cloudflare, as text, with DNS Write and Zone Read. */
  readonly apiTokenSecret: SecretReference;
  readonly delegations: readonly Delegation[];
}

const HANDLER = fileURLToPath(new URL('delegation.handler.ts', import.meta.url));

/** Names of a zone in Cloudflare that Route 53 answers for. */
export class CloudflareDelegation extends Construct {
  constructor(scope: Construct, id: string, { zoneId, apiTokenSecret, delegations }: CloudflareDelegationProps) {
    super(scope, id);
    const properties = {
      ZoneId: zoneId,
      ApiTokenSecretArn: apiTokenSecret.secretArn,
      Delegations: delegations.map(({ name, nameServers }) => ({ Name: name, NameServers: nameServers })),
    };
    assertProperties('CloudflareDelegation', DelegationProperties, properties);
    const lambda = new CustomResourceFunction(this, 'Deploy', {
      entry: HANDLER,
      description: 'Sluice: delegates names of a zone in Cloudflare',
      statements: [mayReadSecrets([apiTokenSecret]), ...mayUseKeys([apiTokenSecret])],
    });
    new CustomResource(this, 'Resource', {
      serviceToken: lambda.arn,
      serviceTimeout: ANSWER_TIMEOUT,
      resourceType: 'Custom::SluiceDelegation',
      properties,
    });
  }
}
