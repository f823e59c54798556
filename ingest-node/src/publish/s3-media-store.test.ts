import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedPeer } from '../control/scripted-peer.ts';
import { StoreError } from './media-store.ts';
import { S3MediaStore } from './s3-media-store.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'a-secret-of-this-test' };
const NAME = 'media';
const KEY = 'demo/0123456789abcdef/v720/1.0.m4s';
const never = new AbortController().signal;
const object = (bytes: Uint8Array) => ({ key: KEY, bytes, contentType: 'video/mp4' as const });

describe('the store on an S3 endpoint', () => {
  let miniflare: Miniflare;
  let endpoint: string;
  let store: S3MediaStore;
  let reader: S3Client;
  beforeAll(async () => {
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: 'export default { fetch: () => new Response(null) }',
        r2Buckets: { MEDIA: { id: NAME, s3Credentials: credentials } },
      }),
    );
    endpoint = `${(await miniflare.ready).origin}/cdn-cgi/local/r2/s3`;
    store = new S3MediaStore({ name: NAME, region: 'auto', endpoint, credentials });
    reader = new S3Client({ region: 'auto', endpoint, forcePathStyle: true, credentials });
  }, 30_000);
  afterAll(async () => {
    store.close();
    reader.destroy();
    await miniflare.dispose();
  });

  it('puts the bytes there, to be kept for ever under their type', async () => {
    await store.warmUp();
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    await store.put(object(bytes), never);
    const read = await reader.send(new GetObjectCommand({ Bucket: NAME, Key: KEY }));
    expect(await read.Body?.transformToByteArray()).toEqual(bytes);
    expect(read.ContentType).toBe('video/mp4');
    const head = await reader.send(new HeadObjectCommand({ Bucket: NAME, Key: KEY }));
    expect(head.CacheControl).toBe('public, max-age=31536000, immutable');
  });

  it('never puts another object over one that is there', async () => {
    const key = 'demo/0123456789abcdef/v720/2.0.m4s';
    const [first, late] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];
    await store.put({ ...object(first), key }, never);
    const error = await store.put({ ...object(late), key }, never).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: 'StoreError', isRetryable: false });
    const read = await reader.send(new GetObjectCommand({ Bucket: NAME, Key: key }));
    expect(await read.Body?.transformToByteArray()).toEqual(first);
  });

  it('takes an object that is there already, byte for byte, as put: the answer to it was lost', async () => {
    const key = 'demo/0123456789abcdef/v720/3.0.m4s';
    for (const _ of [1, 2]) await store.put({ ...object(Uint8Array.of(1, 2, 3)), key }, never);
  });

  it('tells the size of an object, and that there is none', async () => {
    const key = 'demo/0123456789abcdef/v720/4.0.m4s';
    expect(await store.sizeBytesOf(key, never)).toBeUndefined();
    await store.put({ ...object(new Uint8Array(12_345)), key }, never);
    expect(await store.sizeBytesOf(key, never)).toBe(12_345);
  });

  it('cannot be talked into it with a wrong secret, and does not ask again', async () => {
    const wrong = { ...credentials, secretAccessKey: 'not-the-secret' };
    const other = new S3MediaStore({ name: NAME, region: 'auto', endpoint, credentials: wrong });
    const error = await other.put(object(new Uint8Array(1)), never).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ isRetryable: false });
    expect(String(error)).not.toContain('not-the-secret');
    other.close();
  });
});

describe('the store on an endpoint in trouble', () => {
  const put = async (script: ScriptedPeer['script'], signal = never) => {
    await using peer = await ScriptedPeer.listen(script);
    const store = new S3MediaStore({ name: NAME, region: 'auto', endpoint: peer.url, credentials });
    const error = await store.put(object(new Uint8Array(0)), signal).catch((failure: unknown) => failure);
    store.close();
    return { error, count: peer.requests.length };
  };

  it.each([500, 503, 429, 409])('may be asked again after %i, and leaves that to its caller', async (status) => {
    const { error, count } = await put(() => ({ status }));
    expect(error).toMatchObject({ name: 'StoreError', isRetryable: true });
    expect(count).toBe(1);
  });

  const look = async (script: ScriptedPeer['script'], signal = never) => {
    await using peer = await ScriptedPeer.listen(script);
    const store = new S3MediaStore({ name: NAME, region: 'auto', endpoint: peer.url, credentials });
    const outcome = await store.sizeBytesOf(KEY, signal).catch((failure: unknown) => failure);
    store.close();
    return { outcome, asked: peer.requests.map(({ method, path }) => `${method} ${path}`) };
  };

  it.each([403, 404])(
    'has no object where it says %i: S3 does not tell who may not list that there is none',
    async (status) => {
      expect(await look(() => ({ status }))).toEqual({ outcome: undefined, asked: [`HEAD /${NAME}/${KEY}`] });
    },
  );

  it.each([400, 500, 503])('says of no object whether it is there with %i', async (status) => {
    expect((await look(() => ({ status }))).outcome).toBeInstanceOf(StoreError);
  });

  it('is not waited for by who looks and is told not to', async () => {
    const caller = new AbortController();
    const hang = () => {
      caller.abort();
      return 'hang' as const;
    };
    expect((await look(hang, caller.signal)).outcome).toBeInstanceOf(StoreError);
  });

  it('may be asked again when the connection is cut', async () => {
    const { error } = await put(() => 'cut');
    expect(error).toMatchObject({ name: 'StoreError', isRetryable: true });
  });

  it('gives up when it is told to', async () => {
    const caller = new AbortController();
    const { error } = await put(() => {
      caller.abort();
      return 'hang';
    }, caller.signal);
    expect(error).toBeInstanceOf(StoreError);
  });
});
