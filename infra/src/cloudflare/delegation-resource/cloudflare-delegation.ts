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
  /** Of Cloudflare: 32 of 0-9 and a-f. */
  readonly accountId: string;
  /** A name of the zone in Cloudflare. */
  readonly domain: string;
  /** Of the zone: 32 of 0-9 and a-f. It cannot change later. Absent: it is found by `domain`, which cannot change then. */
  readonly zoneId?: string | undefined;
  /** An API token of Cloudflare, as text, with DNS Write and Zone Read. */
  readonly apiTokenSecret: SecretReference;
  readonly delegations: readonly Delegation[];
  /**
   * Whether NS records of these names that another stack of Sluice made, whose region is lost, give way to this one's. For one
   * deployment: docs/CLOUDFLARE.md, "Another stack takes over". Absent: no; they are refused.
   */
  readonly takesOver?: boolean | undefined;
  /** How long the log of what deploys it is kept; one of CloudWatch's numbers. Absent: 90. */
  readonly logDays?: number | undefined;
}

const HANDLER = fileURLToPath(new URL('delegation.handler.ts', import.meta.url));

/** Names of a zone in Cloudflare that Route 53 answers for. */
export class CloudflareDelegation extends Construct {
  constructor(scope: Construct, id: string, props: CloudflareDelegationProps) {
    super(scope, id);
    const { accountId, domain, zoneId, apiTokenSecret, delegations, takesOver, logDays } = props;
    const properties = {
      AccountId: accountId,
      Domain: domain,
      ...(zoneId !== undefined && { ZoneId: zoneId }),
      ApiTokenSecretArn: apiTokenSecret.secretArn,
      Delegations: delegations.map(({ name, nameServers }) => ({ Name: name, NameServers: nameServers })),
      ...(takesOver === true && { TakesOver: 'true' }),
    };
    assertProperties('CloudflareDelegation', DelegationProperties, properties);
    const lambda = new CustomResourceFunction(this, 'Deploy', {
      entry: HANDLER,
      description: 'Sluice: delegates names of a zone in Cloudflare',
      statements: [mayReadSecrets([apiTokenSecret]), ...mayUseKeys([apiTokenSecret])],
      logDays,
    });
    new CustomResource(this, 'Resource', {
      serviceToken: lambda.arn,
      serviceTimeout: ANSWER_TIMEOUT,
      resourceType: 'Custom::SluiceDelegation',
      properties,
    });
  }
}
