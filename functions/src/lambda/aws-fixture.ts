import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SQS } from '@aws-sdk/client-sqs';

/** A request as the SDK's own serializers made it. */
export interface AwsCall {
  readonly method: string;
  readonly path: string;
  /** `AmazonSQS.SendMessage`. */
  readonly target: string;
  readonly contentType: string;
  readonly body: unknown;
}

/** Stands where AWS's services are: it records what it is asked, and answers what a test says. */
export class AwsEndpoint {
  readonly calls: AwsCall[] = [];
  /** By the call's target. */
  readonly answers = new Map<string, { readonly status: number; readonly body: unknown }>();
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
      endpoint.calls.push({ method, path: url, target, contentType, body: JSON.parse(text) });
      const { status, body } = endpoint.answers.get(target) ?? { status: 200, body: {} };
      response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return endpoint;
  }

  /** Clients as production has them, but for where they go. */
  get clients(): { readonly sqs: SQS; readonly bridge: EventBridge; readonly secrets: SecretsManager } {
    const address = this.#server.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const options = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
    return { sqs: new SQS(options), bridge: new EventBridge(options), secrets: new SecretsManager(options) };
  }

  of(target: string): AwsCall[] {
    return this.calls.filter((call) => call.target === target);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
