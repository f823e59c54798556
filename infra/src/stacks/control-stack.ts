import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ControlApi } from '../control/control-api.ts';
import { controlEnvironment } from '../control/control-environment.ts';
import { ControlFunctions } from '../control/control-functions.ts';
import { JobQueue } from '../control/job-queue.ts';
import { letDelete } from '../control/let-delete.ts';
import { MediaLiveAccess } from '../control/medialive-access.ts';
import { WakeAccess } from '../control/wake-access.ts';
import { WriterRole } from '../control/writer-role.ts';
import { INGEST_PORTS } from '../ingest/ingest-ports.ts';
import { encodedName } from '../ingest/publisher-names.ts';
import { ControlAlarms } from '../observability/control-alarms.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ControlStackProps extends DeployedStackProps {
  readonly storage: StorageStack;
  readonly zone: IHostedZone;
}

/** The control API: its functions, its address, its queue and its event bus. In the deployment's first region. */
export class ControlStack extends DeployedStack {
  readonly api: HttpApi;
  readonly functions: ControlFunctions;
  readonly jobQueue: JobQueue;

  constructor(scope: Construct, props: ControlStackProps) {
    super(scope, 'Control', 'the control API', props);
    const { config, names, storage, zone } = props;
    const { adminToken, edgeToken, nodeToken } = storage.tokens;
    this.jobQueue = new JobQueue(this, 'JobQueue');
    const eventBus = new EventBus(this, 'Events', { eventBusName: `sluice-${config.name}` });
    this.functions = new ControlFunctions(this, 'Functions', {
      table: storage.table,
      queue: this.jobQueue.queue,
      eventBus,
      secrets: [nodeToken, edgeToken, adminToken, ...(storage.media.kind === 'r2' ? [storage.media.keys] : [])],
      environment: controlEnvironment({ ...props, queue: this.jobQueue.queue, eventBus }),
      logDays: config.observability.logDays,
    });
    this.#grant(props);
    this.jobQueue.wake(this.functions.jobs);
    const { api } = new ControlApi(this, 'Address', {
      handler: this.functions.api,
      domain: names.controlDomain,
      zone,
      requestsPerSMax: config.control.requestsPerSMax,
      logDays: config.observability.logDays,
    });
    this.api = api;
    new ControlAlarms(this, 'Watched', {
      deploymentName: config.name,
      api,
      requestsPerSMax: config.control.requestsPerSMax,
      apiFunction: this.functions.api,
      jobsFunction: this.functions.jobs,
      queue: this.jobQueue.queue,
      dead: this.jobQueue.dead,
    });
    new CfnOutput(this, 'ControlUrl', { description: 'The control API', value: names.controlUrl });
  }

  #grant({ config, names, storage }: ControlStackProps): void {
    const both = [this.functions.api, this.functions.jobs];
    if (storage.media.kind === 's3') {
      const { bucketName } = names;
      const { role } = new WriterRole(this, 'Writer', { bucketName, takenBy: roleOf(this.functions.api) });
      this.functions.api.addEnvironment('SLUICE_S3_WRITER_ROLE_ARN', role.roleArn);
      // Deleting a channel lists and removes what it has.
      letDelete(this.functions.jobs, bucketName);
    }
    if (config.isMediaLiveOn) {
      // Only jobs ask MediaLive; the API has to know that it can be had.
      const { role } = new MediaLiveAccess(this, 'MediaLive', { controller: roleOf(this.functions.jobs) });
      for (const each of both) {
        each.addEnvironment('SLUICE_MEDIALIVE_ROLE_ARN', role.roleArn);
        each.addEnvironment('SLUICE_MEDIALIVE_INGEST_URL', mediaLiveIngestUrl(names.ingestDomain));
      }
    }
    new WakeAccess(this, 'Wake', { config, names, waker: this.functions.api });
  }
}

/** Where MediaLive pushes to: the node of the first region that takes nothing else. */
function mediaLiveIngestUrl(ingestDomain: string): string {
  return `https://${encodedName(ingestDomain)}:${INGEST_PORTS.cmafs}/cmaf`;
}

function roleOf(made: NodejsFunction): IRole {
  if (made.role === undefined) throw new Error(`${made.node.path} has no role`);
  return made.role;
}
