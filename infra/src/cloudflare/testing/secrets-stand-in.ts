import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';

const Asked = z.object({ SecretId: z.string(), SecretString: z.string().optional() });
const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** AWS Secrets Manager, as far as it is asked: by the real client, over HTTP. A secret may have no value yet. */
export class SecretsStandIn implements AsyncDisposable {
  readonly secrets = new Map<string, string | undefined>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<SecretsStandIn> {
    const server = createServer();
    const standIn = new SecretsStandIn(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { status, body } = standIn.#answer(String(request.headers['x-amz-target']), JSON.parse(text));
      response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return standIn;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  get client(): SecretsManager {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return new SecretsManager({ endpoint: this.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(target: string, asked: unknown): { readonly status: number; readonly body: object } {
    const { SecretId, SecretString } = Asked.parse(asked);
    if (target === 'secretsmanager.PutSecretValue' && this.secrets.has(SecretId) && SecretString !== undefined) {
      this.secrets.set(SecretId, SecretString);
      return { status: 200, body: { ARN: SecretId } };
    }
    const value = this.secrets.get(SecretId);
    if (target === 'secretsmanager.GetSecretValue' && value !== undefined) {
      return { status: 200, body: { ARN: SecretId, SecretString: value } };
    }
    return { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such secret, or no value' } };
  }
}
