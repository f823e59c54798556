import { describe, expect, inject, it } from 'vitest';
import { readByteRange } from './byte-range.ts';
import { holdBytes } from './hold-bytes.ts';
import { type MediaWish, WHOLE } from './media-bytes.ts';
import { S3Store } from './s3-store.ts';
import { StoreError } from './store-error.ts';

const WHOLE_BODY = 'unruly but whole';
const SECRET = 'a-secret-that-nobody-may-read';
const HEAD: MediaWish = { isHead: true, range: undefined };

/** Impatient, so that a server that hangs is found out soon. */
function unrulyStore(): S3Store {
  const location = { endpoint: inject('unrulyS3'), region: 'auto', bucket: 'media' };
  const patience = { triesMax: 3, tryMsMax: 150, pauseMs: 1 };
  return new S3Store({ ...location, accessKeyId: 'unruly', secretAccessKey: SECRET }, patience);
}

/** The key's last component says what the server does (vitest.unruly-s3.ts). */
function keyOf(behaviour: string): string {
  return `${crypto.randomUUID()}/${behaviour}`;
}

async function triesOf(key: string): Promise<number> {
  return Number(await (await fetch(`${inject('unrulyS3')}/media/${key}/tries`)).text());
}

async function textOf(key: string): Promise<string> {
  const read = await unrulyStore().read(key, WHOLE);
  if (read?.kind !== 'bytes') throw new Error(`no bytes: ${read?.kind}`);
  return new TextDecoder().decode(await holdBytes(read.body, read.sizeBytes));
}

async function failureOf(key: string, wish: MediaWish = WHOLE): Promise<StoreError> {
  const failure = await unrulyStore()
    .read(key, wish)
    .catch((error: unknown) => error);
  if (!(failure instanceof StoreError)) throw new Error(`no StoreError: ${String(failure)}`);
  return failure;
}

describe('an S3 server', () => {
  it.each([
    ['slow-down-twice', 3],
    ['broken-once', 2],
    ['reset-once', 2],
    ['hangs-once', 2],
  ])('that %s is asked again', async (behaviour, tries) => {
    const key = keyOf(behaviour);
    expect(await textOf(key)).toBe(WHOLE_BODY);
    expect(await triesOf(key)).toBe(tries);
  });

  it.each([
    ['slow-down', 'busy', 3],
    ['hangs', 'timeout', 3],
    ['denied', 'denied', 1],
    ['other-region', 'misconfigured', 1],
    ['no-bucket', 'misconfigured', 1],
    ['precondition', 'unexpected', 1],
    ['no-length', 'unexpected', 1],
    ['endless-refusal', 'denied', 1],
  ])('that %s is given up: %s after %i tries', async (behaviour, code, tries) => {
    const key = keyOf(behaviour);
    const failure = await failureOf(key);
    expect(failure.code).toBe(code);
    expect(await triesOf(key)).toBe(tries);
    expect(`${failure.message} ${failure.stack} ${String(failure.cause)}`).not.toContain(SECRET);
  });

  it('that is not there is given up as unreachable', async () => {
    const patience = { triesMax: 2, tryMsMax: 1_000, pauseMs: 1 };
    const store = new S3Store(
      { endpoint: 'http://127.0.0.1:1', region: 'auto', bucket: 'media', accessKeyId: 'a', secretAccessKey: SECRET },
      patience,
    );
    await expect(store.read('key', WHOLE)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('that cuts a body off gives no shorter object', async () => {
    const read = await unrulyStore().read(keyOf('cut-off'), WHOLE);
    if (read?.kind !== 'bytes') throw new Error('no bytes');
    await expect(holdBytes(read.body, read.sizeBytes)).rejects.toBeInstanceOf(StoreError);
  });

  it('that ignores a range has its whole answer told as such', async () => {
    const wish = { isHead: false, range: readByteRange('bytes=2-3') };
    const read = await unrulyStore().read(keyOf('ignores-ranges'), wish);
    expect(read).toMatchObject({ kind: 'bytes', sizeBytes: WHOLE_BODY.length, range: undefined });
    if (read?.kind === 'bytes' && read.body instanceof ReadableStream) await read.body.cancel();
  });

  it('that does not tell the size with a 416 is asked for it', async () => {
    const wish = { isHead: false, range: readByteRange('bytes=99-') };
    expect(await unrulyStore().read(keyOf('terse-416'), wish)).toEqual({ kind: 'out-of-range', sizeBytes: 16 });
    // And one that refuses a range that lies within is not believed.
    const within = { isHead: false, range: readByteRange('bytes=2-3') };
    expect((await failureOf(keyOf('terse-416'), within)).code).toBe('unexpected');
  });

  it('is asked past any cache that would ask in its own way', async () => {
    const key = keyOf('behind-a-cache');
    expect(await unrulyStore().read(key, HEAD)).toMatchObject({ kind: 'bytes', sizeBytes: WHOLE_BODY.length });
    expect(await textOf(key)).toBe(WHOLE_BODY);
  });

  it('has no object where it says NoSuchKey, or nothing at all', async () => {
    expect([
      await unrulyStore().read(keyOf('missing'), WHOLE),
      await unrulyStore().read(keyOf('missing'), HEAD),
    ]).toEqual([undefined, undefined]);
  });
});

describe('an S3 server that is written to', () => {
  const write = (key: string) => unrulyStore().write(key, new Uint8Array([1, 2, 3]), 'application/json');

  it.each([
    ['slow-down-twice', 3],
    ['broken-once', 2],
    ['reset-once', 2],
    ['hangs-once', 2],
  ])('and %s is asked again', async (behaviour, tries) => {
    const key = keyOf(behaviour);
    await write(key);
    expect(await triesOf(key)).toBe(tries);
  });

  it.each([
    ['slow-down', 'busy', 3],
    ['hangs', 'timeout', 3],
    ['denied', 'denied', 1],
    ['other-region', 'misconfigured', 1],
    ['no-bucket', 'misconfigured', 1],
    ['precondition', 'unexpected', 1],
  ])('and says %s has not taken it: %s', async (behaviour, code, tries) => {
    const key = keyOf(behaviour);
    const failure = await write(key).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StoreError', code });
    expect(String(failure)).not.toContain(SECRET);
    expect(await triesOf(key)).toBe(tries);
  });

  it('removes what is not there, but not from a bucket that is not there', async () => {
    await unrulyStore().remove(keyOf('never-put'));
    await expect(unrulyStore().remove(keyOf('no-bucket'))).rejects.toMatchObject({ code: 'misconfigured' });
  });
});
