import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { S3 } from '@aws-sdk/client-s3';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { edgeResource } from '../edge-resource/edge-resource.ts';
import { API_TOKEN_ARN, EDGE_TOKEN_ARN, ResourceWorld, startParts, type WorldParts } from './resource-world.ts';
import type { Properties } from './stack-stand-in.ts';

export { EDGE_TOKEN_ARN } from './resource-world.ts';
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

/** The world of a `Custom::SluiceEdge`: its bucket is there, and a control API that shows its keys. */
export class EdgeWorld extends ResourceWorld {
  readonly controlUrl: string;

  private constructor(parts: WorldParts, controlUrl: string) {
    super(parts);
    this.controlUrl = controlUrl;
  }

  /** `keys`: what the control API shows; a good key, if absent. */
  static async start(assets: AssetStore, keys: unknown = { keys: [publicKey()] }): Promise<EdgeWorld> {
    const parts = await startParts((world) => customResourceHandler(edgeResource({ ...world, s3: assets.s3 })));
    parts.secrets.secrets.set(EDGE_TOKEN_ARN, JSON.stringify({ edgeToken: EDGE_TOKEN }));
    parts.cloudflare.account.addBucket(R2_STORAGE.BucketName);
    return new EdgeWorld(parts, await serveKeys(parts.owned, keys));
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
}

/** Of a bucket that is there; CloudFormation makes text of everything. */
export const R2_STORAGE = { Kind: 'r2', BucketName: 'sluice-test-media', Jurisdiction: 'default' } as const;

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
