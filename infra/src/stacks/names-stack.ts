import { type IHostedZone, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Fn } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { apiTokenSecret } from '../cloudflare/api-token-secret.ts';
import { CloudflareDelegation } from '../cloudflare/delegation-resource/cloudflare-delegation.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';

/**
 * The names that are answered by AWS: the ingest names, by nearness, and the control API's. Each has a zone of its own on
 * Route 53, and the domain's zone on Cloudflare says so by NS records.
 */
export class NamesStack extends DeployedStack {
  readonly ingestZone: IHostedZone;
  readonly controlZone: IHostedZone;

  constructor(scope: Construct, props: DeployedStackProps) {
    super(scope, 'Names', 'the zones of the ingest names and of the control API', props);
    const { config, names } = props;
    const ingestZone = new PublicHostedZone(this, 'Ingest', { zoneName: names.ingestDomain });
    const controlZone = new PublicHostedZone(this, 'Control', { zoneName: names.controlDomain });
    new CloudflareDelegation(this, 'Delegation', {
      accountId: config.cloudflare.accountId,
      domain: names.edgeDomain,
      zoneId: config.cloudflare.zoneId,
      apiTokenSecret: apiTokenSecret(this, config),
      takesOver: config.cloudflare.isTakenOver,
      logDays: config.observability.logDays,
      delegations: [ingestZone, controlZone].map((zone) => ({
        name: zone.zoneName,
        // Route 53 gives each zone four.
        nameServers: [0, 1, 2, 3].map((index) => Fn.select(index, zone.hostedZoneNameServers ?? [])),
      })),
    });
    this.ingestZone = ingestZone;
    this.controlZone = controlZone;
  }
}
