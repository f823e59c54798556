import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CfnStage,
  DomainName,
  HttpApi,
  HttpMethod,
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

/** What only nodes, and only the edge, may ask. */
const OWN_LIMITS = ['/v1/ingest/{proxy+}', '/v1/edge/{proxy+}'] as const;

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
    const integration = new HttpLambdaIntegration('Function', handler);
    this.api = new HttpApi(this, 'Http', {
      description: `Sluice: ${domain}`,
      defaultIntegration: integration,
      createDefaultStage: false,
      // One name is enough, and this one stays.
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
    this.#limitApart(stage, integration, requestsPerSMax);
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

  /**
   * Nodes and the edge have limits of their own: whoever floods the rest of the API, which anybody may ask, keeps no
   * publisher out.
   */
  #limitApart(stage: HttpStage, integration: HttpLambdaIntegration, requestsPerSMax: number): void {
    const { defaultChild } = stage.node;
    if (!(defaultChild instanceof CfnStage)) throw new Error('the stage is none of CloudFormation');
    const limits = { ThrottlingRateLimit: requestsPerSMax, ThrottlingBurstLimit: 2 * requestsPerSMax };
    const settings: Record<string, typeof limits> = {};
    for (const path of OWN_LIMITS) {
      const routes = this.api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
      // A stage cannot limit a route that is not there yet.
      stage.node.addDependency(...routes);
      settings[`ANY ${path}`] = limits;
    }
    defaultChild.routeSettings = settings;
  }
}
