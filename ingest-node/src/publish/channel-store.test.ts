import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelStore } from './channel-store.ts';
import { GuardedBucket } from './guarded-bucket-fixture.ts';
import type { MediaObject, StoreError } from './media-store.ts';
import { PatientPuts } from './patient-puts.ts';
import { S3MediaStore } from './s3-media-store.ts';

const never = new AbortController().signal;

let bucket: GuardedBucket;
let store: S3MediaStore;
beforeAll(async () => {
  bucket = await GuardedBucket.start();
  store = new S3MediaStore(bucket.place);
});
afterAll(async () => {
  store.close();
  await bucket[Symbol.asyncDispose]();
});

function object(key: string): MediaObject {
  return { key, bytes: Uint8Array.of(1, 2, 3), contentType: 'video/mp4' };
}

async function refusal(put: Promise<void>): Promise<unknown> {
  return await put.then(() => 'stored').catch((error: unknown) => error);
}

/** As the upload queue asks for one part, over and over. */
function patientPut(channel: ChannelStore, key: string) {
  const troubles: string[] = [];
  const troubled = Promise.withResolvers<void>();
  const puts = new PatientPuts({
    store: channel,
    limits: { backoffMs: 1, backoffMsMax: 5, answerMs: 60_000 },
    shedding: { confirmed: () => {}, unanswered: () => {} },
    onTrouble: (why) => {
      troubles.push(why);
      troubled.resolve();
    },
  });
  const cutOff = new AbortController();
  const upload = {
    kind: 'part',
    rank: 0,
    startsSegment: false,
    completesSegment: () => false,
    object: object(key),
    onStored: () => {},
    onLost: (_error: StoreError) => {},
  } as const;
  return { stored: puts.put(upload, cutOff.signal), troubles, troubled: troubled.promise, cutOff };
}

describe('the bucket as one channel writes into it', () => {
  it('takes what is of the channel, and nothing that is of another', async () => {
    const [one, two] = [new ChannelStore(store), new ChannelStore(store)];
    one.use(bucket.session('one/', 'one'));
    two.use(bucket.session('two/', 'two'));
    await Promise.all([one.put(object('one/b/v720/1.0.m4s'), never), two.put(object('two/b/v720/1.0.m4s'), never)]);
    for (const key of ['two/b/v720/2.0.m4s', 'one-more/b/v720/2.0.m4s', '_vod/0123456789abcdef.json', 'one']) {
      expect(await refusal(one.put(object(key), never))).toMatchObject({
        message: `${key}: AccessDenied (403)`,
        isRetryable: false,
      });
    }
    expect(await bucket.keys()).toEqual(['one/b/v720/1.0.m4s', 'two/b/v720/1.0.m4s']);
  });

  it('tells what there is of the channel, and nothing of what is another’s', async () => {
    const [seven, eight] = [new ChannelStore(store), new ChannelStore(store)];
    seven.use(bucket.session('seven/', 'seven'));
    eight.use(bucket.session('eight/', 'eight'));
    await seven.put(object('seven/b/v720/1.0.m4s'), never);
    expect(await seven.sizeBytesOf('seven/b/v720/1.0.m4s', never)).toBe(3);
    expect(await seven.sizeBytesOf('seven/b/v720/1.1.m4s', never)).toBeUndefined();
    expect(await eight.sizeBytesOf('seven/b/v720/1.0.m4s', never)).toBeUndefined();
  });

  it('is closed to a node that was given nothing', async () => {
    const own = { accessKeyId: 'id-one', secretAccessKey: 'secret-one' };
    const stranger = new S3MediaStore({ ...bucket.place, credentials: own });
    expect(await refusal(new ChannelStore(stranger).put(object('one/b/v720/3.0.m4s'), never))).toMatchObject({
      isRetryable: false,
    });
    stranger.close();
  });

  it('is written to over connections that all channels share', async () => {
    const fresh = new S3MediaStore({ ...bucket.place, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    await fresh.warmUp().catch(() => {});
    const before = bucket.connectionCount;
    for (const name of ['three', 'four']) {
      const channel = new ChannelStore(fresh);
      channel.use(bucket.session(`${name}/`, name));
      await channel.put(object(`${name}/b/v720/1.0.m4s`), never);
      channel.use(bucket.session(`${name}/`, `${name}-again`, Date.now() + 3_700_000));
      await channel.put(object(`${name}/b/v720/2.0.m4s`), never);
    }
    expect(bucket.connectionCount).toBe(before);
    fresh.close();
  });
});

describe('credentials that have ended', () => {
  it('are told of as what they are, and the part is stored as soon as there are others', async () => {
    const channel = new ChannelStore(store);
    channel.use(bucket.session('five/', 'five-old', Date.now() - 1));
    const { stored, troubles, troubled } = patientPut(channel, 'five/b/v720/1.0.m4s');
    await troubled;
    expect(troubles[0]).toBe('five/b/v720/1.0.m4s: the credentials of the channel have ended: ExpiredToken (400)');
    channel.use(bucket.session('five/', 'five-new'));
    expect(await stored).toBeUndefined();
    expect(await bucket.keys()).toContain('five/b/v720/1.0.m4s');
  });

  it('lose a part, as any refusal of storage does, when no others come in time', async () => {
    const channel = new ChannelStore(store);
    channel.use(bucket.session('six/', 'six-old', Date.now() - 1));
    const { stored, troubled, cutOff } = patientPut(channel, 'six/b/v720/1.0.m4s');
    await troubled;
    cutOff.abort();
    expect(await stored).toMatchObject({ message: 'six/b/v720/1.0.m4s: not stored in time' });
  });
});
