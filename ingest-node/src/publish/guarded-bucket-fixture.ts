import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { StorageCredentials } from '@sluice/contracts';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

const NAME = 'media';
const KEY = { accessKeyId: 'test', secretAccessKey: 'a-secret-of-this-test' };
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

/** For tests: a real bucket behind a guard that knows sessions as AWS' IAM does: each opens what lies below its prefix. */
export class GuardedBucket implements AsyncDisposable {
  readonly place: { readonly name: string; readonly region: string; readonly endpoint: string };
  /** Connections that were opened. */
  connectionCount = 0;
  /** Tokens that something was put with. */
  readonly usedTokens = new Set<string>();
  /** By the token: what the session may write below, and its end by this machine's clock. */
  readonly #sessions = new Map<string, { readonly credentials: StorageCredentials; readonly prefix: string }>();
  readonly #server: Server;
  readonly #miniflare: Miniflare;
  readonly #client: S3Client;

  private constructor(server: Server, port: number, miniflare: Miniflare, endpoint: string) {
    this.#server = server;
    this.#miniflare = miniflare;
    this.place = { name: NAME, region: 'auto', endpoint: `http://127.0.0.1:${port}` };
    this.#client = new S3Client({ region: 'auto', endpoint, forcePathStyle: true, credentials: KEY });
  }

  static async start(): Promise<GuardedBucket> {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: 'export default { fetch: () => new Response(null) }',
        r2Buckets: { MEDIA: { id: NAME, s3Credentials: KEY } },
      }),
    );
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    const endpoint = `${(await miniflare.ready).origin}/cdn-cgi/local/r2/s3`;
    const bucket = new GuardedBucket(server, address.port, miniflare, endpoint);
    server.on('connection', () => {
      bucket.connectionCount += 1;
    });
    server.on('request', (request, response) => void bucket.#answer(request, response));
    return bucket;
  }

  /** A session that may write below the prefix, as STS would make one. */
  session(prefix: string, name: string, expiresAtMs = Date.now() + 3_600_000): StorageCredentials {
    const credentials = {
      accessKeyId: `id-${name}`,
      secretAccessKey: `secret-${name}`,
      sessionToken: `session-${name}`,
      expiresAtMs,
    };
    this.#sessions.set(credentials.sessionToken, { credentials, prefix });
    return credentials;
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.#client.send(new ListObjectsV2Command({ Bucket: NAME }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#miniflare.dispose();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const outcome = this.#faultOf(request) ?? (await this.#do(request, Buffer.concat(pieces)));
    if (typeof outcome === 'number') {
      this.usedTokens.add(String(request.headers['x-amz-security-token']));
      response.writeHead(200, { etag: '"0"', 'content-length': outcome }).end();
    } else {
      const xml = request.method === 'HEAD' ? '' : xmlOf(outcome.code);
      // Without it Node would end the connection after a HEAD.
      response.writeHead(outcome.status, { 'content-type': 'application/xml', 'content-length': xml.length }).end(xml);
    }
  }

  #faultOf(request: IncomingMessage): Fault | undefined {
    const session = this.#sessions.get(String(request.headers['x-amz-security-token']));
    if (session === undefined) return { status: 403, code: 'AccessDenied' };
    if (!isSignedBy(request, session.credentials)) return { status: 403, code: 'SignatureDoesNotMatch' };
    if (session.credentials.expiresAtMs <= Date.now()) return { status: 400, code: 'ExpiredToken' };
    const isKnown = request.method === 'PUT' || request.method === 'HEAD';
    return isKnown && keyOf(request).startsWith(session.prefix) ? undefined : { status: 403, code: 'AccessDenied' };
  }

  /** The size that the answer tells of. */
  async #do(request: IncomingMessage, Body: Buffer): Promise<Fault | number> {
    const object = { Bucket: NAME, Key: keyOf(request) };
    try {
      if (request.method === 'HEAD') return (await this.#client.send(new HeadObjectCommand(object))).ContentLength ?? 0;
      await this.#client.send(new PutObjectCommand({ ...object, Body, IfNoneMatch: '*' }));
      return 0;
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      // Sessions may not list: S3 says of nothing that it is not there (Amazon S3 API Reference, HeadObject).
      if (request.method === 'HEAD') return { status: 403, code: 'AccessDenied' };
      return { status: error.$metadata.httpStatusCode ?? 500, code: error.name };
    }
  }
}

interface Fault {
  readonly status: number;
  readonly code: string;
}

function keyOf({ url = '' }: IncomingMessage): string {
  return decodeURIComponent(new URL(url, 'http://bucket').pathname).slice(`/${NAME}/`.length);
}

/** AWS General Reference, "Signature Version 4": of this request, with the session's secret, its token among what is signed. */
function isSignedBy(request: IncomingMessage, { accessKeyId, secretAccessKey }: StorageCredentials): boolean {
  const [, id, day = '', region = '', names = '', signature] =
    SIGNATURE.exec(request.headers.authorization ?? '') ?? [];
  if (id !== accessKeyId || !names.split(';').includes('x-amz-security-token')) return false;
  const url = new URL(request.url ?? '', 'http://bucket');
  url.searchParams.sort();
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const payload = String(request.headers['x-amz-content-sha256']);
  const canonical = [request.method, url.pathname, url.searchParams.toString(), headers.join(''), names, payload];
  const scope = `${day}/${region}/s3/aws4_request`;
  const digest = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', String(request.headers['x-amz-date']), scope, digest].join('\n');
  const steps = [day, region, 's3', 'aws4_request', toSign];
  const signed = steps.reduce<Buffer>(
    (key, step) => createHmac('sha256', key).update(step).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return signed.toString('hex') === signature;
}

function xmlOf(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>It is ${code}.</Message></Error>`;
}
