import { fileURLToPath } from 'node:url';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { logRetention } from '../observability/log-retention.ts';

/** What both functions are told. */
export interface ControlFunctionsProps {
  readonly table: TableV2;
  readonly queue: Queue;
  readonly eventBus: EventBus;
  readonly secrets: readonly ISecret[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logDays: number;
}

const ENTRIES = fileURLToPath(new URL('../../../functions/src/lambda/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** An HTTP API waits for 30 s. */
const API_TIMEOUT = Duration.seconds(29);
/** A job takes a minute at most, and the last one is begun 20 s before the end. */
export const JOBS_TIMEOUT = Duration.minutes(2);
/** As much CPU as is given with it: a cold start takes half as long as with 512. */
const MEMORY_MIB = 1_024;

/** What functions/src/storage/dynamo-table.ts asks. No scan: nothing reads everything. */
const TABLE_ACTIONS = ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem'].map(
  (name) => `dynamodb:${name}`,
);

/** The two functions of the control API: the one behind its address, and the one that does jobs. */
export class ControlFunctions extends Construct {
  readonly api: NodejsFunction;
  readonly jobs: NodejsFunction;

  constructor(scope: Construct, id: string, props: ControlFunctionsProps) {
    super(scope, id);
    this.api = this.#make('Api', {
      ...props,
      entry: 'api.handler.ts',
      timeout: API_TIMEOUT,
      description: 'Sluice: the control API',
    });
    this.jobs = this.#make('Jobs', {
      ...props,
      entry: 'jobs.handler.ts',
      timeout: JOBS_TIMEOUT,
      description: 'Sluice: webhooks, deletions and whatever else is due',
    });
    // What the edge tells comes to the API.
    props.eventBus.grantPutEventsTo(this.api);
  }

  #make(
    id: string,
    options: ControlFunctionsProps & {
      readonly entry: string;
      readonly timeout: Duration;
      readonly description: string;
    },
  ): NodejsFunction {
    const { entry, timeout, description, logDays, environment, secrets, table, queue } = options;
    const logGroup = new LogGroup(this, `${id}Log`, {
      retention: logRetention(logDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Lambda's own policy would let it write to every log of the account.
    const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const made = new NodejsFunction(this, id, {
      role,
      description,
      entry: ENTRIES + entry,
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MIB,
      timeout,
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
      logGroup,
      bundling: {
        logLevel: LogLevel.WARNING,
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        // The versions that were tested, instead of those that the runtime happens to bring.
        externalModules: [],
        // Some packages below are CommonJS, and ask for Node's own modules by require.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    });
    table.grant(made, ...TABLE_ACTIONS);
    queue.grantSendMessages(made);
    for (const secret of secrets) secret.grantRead(made);
    return made;
  }
}
