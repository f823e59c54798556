import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';
import { logRetention } from '../observability/log-retention.ts';

export interface ControlApiProps {
  readonly handler: IFunction;
  /** `control.live.example.com`: the zone is of that name. */
  readonly domain: string;
  readonly zone: IHostedZone;
  /** Of everybody together. */
  readonly requestsPerSMax: number;
  readonly logDays: number;
}

/** No path: a playback token could be in one. No query and no header either. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  status: '$context.status',
  ms: '$context.responseLatency',
  from: '$context.identity.sourceIp',
  error: '$context.error.message',
};

/** The control API's address: an HTTP API in front of one function, under a name that stays. */
export class ControlApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: ControlApiProps) {
    super(scope, id);
    const { handler, domain, zone, requestsPerSMax, logDays } = props;
    this.api = new HttpApi(this, 'Http', {
      description: `Sluice: ${domain}`,
      defaultIntegration: new HttpLambdaIntegration('Function', handler),
      createDefaultStage: false,
      // Whoever knows AWS's own name would come past the certificate and the limit's alarm.
      disableExecuteApiEndpoint: true,
    });
    acknowledge(
      this.api,
      'AwsSolutions-APIG4',
      'The function authenticates every request: API tokens, node and edge token.',
    );
    const log = new LogGroup(this, 'Log', { retention: logRetention(logDays), removalPolicy: RemovalPolicy.DESTROY });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSMax, burstLimit: 2 * requestsPerSMax },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
    });
    const certificate = new Certificate(this, 'Certificate', {
      domainName: domain,
      validation: CertificateValidation.fromDns(zone),
    });
    const name = new DomainName(this, 'Name', {
      domainName: domain,
      certificate,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName: name, stage });
    const { regionalDomainName, regionalHostedZoneId } = name;
    const target = new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId);
    new ARecord(this, 'Address', { zone, target: RecordTarget.fromAlias(target) });
  }
}
