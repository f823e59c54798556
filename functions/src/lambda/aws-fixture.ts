import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ECS } from '@aws-sdk/client-ecs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SQS } from '@aws-sdk/client-sqs';
import { z } from 'zod';

export const GET_SECRET = 'secretsmanager.GetSecretValue';
const SecretAsked = z.strictObject({
  SecretId: z.string(),
  VersionStage: z.enum(['AWSCURRENT', 'AWSPREVIOUS']).default('AWSCURRENT'),
});

interface AwsAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A request as the SDK's own serializers made it. */
export interface AwsCall {
  readonly method: string;
  readonly path: string;
  /** `AmazonSQS.SendMessage`. */
  readonly target: string;
  /** That the request is signed for. */
  readonly region: string;
  readonly contentType: string;
  readonly body: unknown;
}

/** Stands where AWS's services are: it records what it is asked, and answers what a test says. */
export class AwsEndpoint {
  readonly calls: AwsCall[] = [];
  /** By the call's target. */
  readonly answers = new Map<string, AwsAnswer>();
  /** What Secrets Manager keeps, by ARN; of others it says that they are not there. */
  readonly secrets = new Map<string, string>();
  /** What it kept before, of secrets that were changed; or what it says instead. */
  readonly previousSecrets = new Map<string, string | AwsAnswer>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<AwsEndpoint> {
    const server = createServer();
    const endpoint = new AwsEndpoint(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const target = String(request.headers['x-amz-target']);
      const { method = '', url = '', headers } = request;
      const contentType = headers['content-type'] ?? '';
      const region = /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
      const call = { method, path: url, target, region, contentType, body: JSON.parse(text) };
      endpoint.calls.push(call);
      const { status, body } = endpoint.answers.get(target) ?? endpoint.#answer(call);
      response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return endpoint;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  /** Clients as production has them, but for where they go. */
  get clients() {
    const endpoint = this.url;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const options = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
    return {
      sqs: new SQS(options),
      bridge: new EventBridge(options),
      secrets: new SecretsManager(options),
      ecsOf: (region: string) => new ECS({ ...options, region }),
    };
  }

  #answer({ target, body }: AwsCall): AwsAnswer {
    if (target !== GET_SECRET) return { status: 200, body: {} };
    const { SecretId: ARN, VersionStage } = SecretAsked.parse(body);
    const found = (VersionStage === 'AWSCURRENT' ? this.secrets : this.previousSecrets).get(ARN);
    if (typeof found === 'string') return { status: 200, body: { ARN, SecretString: found } };
    // Of a stage that no version has it says the same as of a secret that it does not have.
    return found ?? { status: 400, body: { __type: 'ResourceNotFoundException', Message: 'not there' } };
  }

  of(target: string): AwsCall[] {
    return this.calls.filter((call) => call.target === target);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
