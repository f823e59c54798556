import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { S3 } from '@aws-sdk/client-s3';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { edgeResource } from '../edge-resource/edge-resource.ts';
import { CloudflareStandIn, STAND_IN_TOKEN } from './cloudflare-stand-in.ts';
import { SecretsStandIn } from './secrets-stand-in.ts';
import { type Properties, StackStandIn } from './stack-stand-in.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';
export const API_TOKEN_ARN = `${ARN}cloudflare-AbCdEf`;
export const EDGE_TOKEN_ARN = `${ARN}edge-AbCdEf`;
export const CREDENTIALS_ARN = `${ARN}r2-AbCdEf`;
export const EDGE_TOKEN = 'edge-token-of-the-tests';
const ASSETS = 'assets';
export const S3_KEY = { accessKeyId: 'local', secretAccessKey: 'secret-of-the-tests' };

/** S3 on this machine, with one bucket: Miniflare's endpoint of R2, asked by the real client. */
export class AssetStore implements AsyncDisposable {
  readonly s3: S3;
  readonly endpoint: string;
  readonly #miniflare: Miniflare;

  private constructor(miniflare: Miniflare, endpoint: string) {
    this.#miniflare = miniflare;
    this.endpoint = endpoint;
    this.s3 = new S3({ endpoint, region: 'auto', credentials: S3_KEY, forcePathStyle: true, maxAttempts: 1 });
  }

  static async start(): Promise<AssetStore> {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: 'export default {}',
        r2Buckets: { ASSETS: { id: ASSETS, s3Credentials: S3_KEY } },
      }),
    );
    return new AssetStore(miniflare, `${(await miniflare.ready).origin}/cdn-cgi/local/r2/s3`);
  }

  async put(key: string, code: string | Uint8Array): Promise<{ readonly Bucket: string; readonly Key: string }> {
    await this.s3.putObject({ Bucket: ASSETS, Key: key, Body: code });
    return { Bucket: ASSETS, Key: key };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#miniflare.dispose();
  }
}

/** Everything around the function of a `Custom::SluiceEdge`: Cloudflare, CloudFormation, and AWS, all over HTTP. */
export class EdgeWorld implements AsyncDisposable {
  readonly cloudflare: CloudflareStandIn;
  readonly secrets: SecretsStandIn;
  readonly stack: StackStandIn;
  readonly log: string[];
  readonly controlUrl: string;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    parts: Pick<EdgeWorld, 'cloudflare' | 'secrets' | 'stack' | 'log' | 'controlUrl'>,
    owned: AsyncDisposableStack,
  ) {
    this.cloudflare = parts.cloudflare;
    this.secrets = parts.secrets;
    this.stack = parts.stack;
    this.log = parts.log;
    this.controlUrl = parts.controlUrl;
    this.#owned = owned;
  }

  /** `keys`: what the control API shows; a good key, if absent. */
  static async start(assets: AssetStore, keys: unknown = { keys: [publicKey()] }): Promise<EdgeWorld> {
    await using owned = new AsyncDisposableStack();
    const cloudflare = owned.use(await CloudflareStandIn.start());
    const secrets = owned.use(await SecretsStandIn.start());
    secrets.secrets.set(API_TOKEN_ARN, STAND_IN_TOKEN);
    secrets.secrets.set(EDGE_TOKEN_ARN, JSON.stringify({ edgeToken: EDGE_TOKEN }));
    secrets.secrets.set(CREDENTIALS_ARN, undefined);
    const log: string[] = [];
    const resource = edgeResource({
      secrets: secrets.client,
      s3: assets.s3,
      log: (level, message) => log.push(`${level} ${message}`),
      api: { baseUrl: cloudflare.url, sleep: async () => undefined },
    });
    const stack = owned.use(await StackStandIn.start(mortal(cloudflare, customResourceHandler(resource))));
    const controlUrl = await serveKeys(owned, keys);
    return new EdgeWorld({ cloudflare, secrets, stack, log, controlUrl }, owned.move());
  }

  /** All that a deployment needs to say, and what a test wants otherwise. */
  properties(
    code: { readonly Bucket: string; readonly Key: string },
    worker: unknown,
    more: Properties = {},
  ): Properties {
    const { accountId, zone } = this.cloudflare.account;
    return {
      AccountId: accountId,
      ZoneId: zone.id,
      Domain: 'live.example.com',
      Deployment: 'test',
      WorkerName: 'sluice-test',
      ApiTokenSecretArn: API_TOKEN_ARN,
      EdgeTokenSecretArn: EDGE_TOKEN_ARN,
      EdgeTokenField: 'edgeToken',
      ControlUrl: this.controlUrl,
      WorkersCache: 'off',
      Code: code,
      Worker: JSON.stringify(worker),
      Storage: R2_STORAGE,
      ...more,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

/** A function whose process dies when the stand-in says so: what it was at is never heard of again. */
function mortal(cloudflare: CloudflareStandIn, handler: (event: unknown) => Promise<void>) {
  return async (event: unknown): Promise<void> => {
    const { promise: death, reject } = Promise.withResolvers<never>();
    cloudflare.onDeath = () => reject(new Error('the process died'));
    const life = handler(event);
    life.catch(() => undefined);
    await Promise.race([life, death]);
  };
}

/** A bucket of the stack's own; CloudFormation makes text of everything. */
export const R2_STORAGE = {
  Kind: 'r2',
  BucketName: 'sluice-test-8d1f9e20',
  IsBucketOurs: 'true',
  Jurisdiction: 'default',
  CredentialsSecretArn: CREDENTIALS_ARN,
} as const;

export function publicKey() {
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid: 'one' };
}

async function serveKeys(owned: AsyncDisposableStack, keys: unknown): Promise<string> {
  const server = createServer((request, response) => {
    const isKnown = request.url === '/.well-known/jwks.json';
    response.writeHead(isKnown ? 200 : 404).end(JSON.stringify(keys));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owned.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
