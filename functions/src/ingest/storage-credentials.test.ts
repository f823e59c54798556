import { AuthorizeAnswer, ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plantSeed } from '../seed.ts';
import { refusalOf, TestApp } from '../test-app.ts';
import { StsEndpoint } from '../write-credentials/sts-endpoint-fixture.ts';
import { StsWriteCredentials } from '../write-credentials/sts-write-credentials.ts';

const MINUTE_MS = 60_000;

let sts: StsEndpoint;
let app: TestApp;
const keyOf = (channelId: string) => `the-key-of-${channelId}`;
beforeEach(async () => {
  sts = await StsEndpoint.start();
  const roleArn = 'arn:aws:iam::123456789012:role/Writer';
  app = await TestApp.start({
    writeCredentials: new StsWriteCredentials({ sts: sts.client, roleArn, bucketName: 'media' }),
  });
  for (const channelId of ['one', 'two']) {
    const seed = { channelId: ChannelId.parse(channelId), streamKey: keyOf(channelId), profile: 'low' } as const;
    await plantSeed(app.channels, seed, app.nowMs);
  }
});
afterEach(async () => {
  app[Symbol.dispose]();
  await sts[Symbol.asyncDispose]();
});

function authorize(channelId: string): Promise<Response> {
  const streamKey = keyOf(channelId);
  return app.node('/v1/ingest/authorize', {
    streamKey,
    protocol: 'rtmp',
    clientAddress: '192.0.2.1',
    nodeId: 'node-1',
  });
}

function renew(grant: string): Promise<Response> {
  return app.node('/v1/ingest/renew', { grant, nodeId: 'node-1' });
}

async function answerOf(answer: Promise<Response>): Promise<AuthorizeAnswer> {
  return AuthorizeAnswer.parse(await (await answer).json());
}

describe('a node that is let in', () => {
  it('is given credentials of the channel, and STS is not asked each time', async () => {
    const one = await answerOf(authorize('one'));
    const two = await answerOf(authorize('two'));
    expect([one.storage?.sessionToken, two.storage?.sessionToken]).toEqual(['session-1', 'session-2']);
    expect(sts.asked.map(({ RoleSessionName }) => RoleSessionName)).toEqual(['one', 'two']);
    expect((await answerOf(authorize('one'))).storage).toEqual(one.storage);
    expect((await answerOf(renew(one.grant))).storage).toEqual(one.storage);
    expect(sts.asked).toHaveLength(2);
  });

  it('is given others with each renewal that leaves less than forty minutes of the old ones', async () => {
    let { grant } = await answerOf(authorize('one'));
    for (let minutes = 5; minutes <= 60; minutes += 5) {
      app.nowMs += 5 * MINUTE_MS;
      sts.nowMs = app.nowMs;
      const renewed = await answerOf(renew(grant));
      grant = renewed.grant;
      expect(renewed.storage?.expiresAtMs).toBeGreaterThanOrEqual(app.nowMs + 40 * MINUTE_MS);
    }
    expect(sts.asked).toHaveLength(3);
  });

  it('is not let in where none can be made, and told to try again', async () => {
    sts.fault = 'AccessDenied';
    const refused = await authorize('one');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refusalOf(refused)).toEqual([503, 'storage-credentials']);
    sts.fault = undefined;
    expect((await authorize('one')).status).toBe(200);
  });

  it('goes on where none can be made: with those that are left, then with a grant alone', async () => {
    let { grant } = await answerOf(authorize('one'));
    sts.fault = 'ServiceUnavailable';
    const leftMinutes: (number | undefined)[] = [];
    for (let minutes = 5; minutes <= 60; minutes += 5) {
      app.nowMs += 5 * MINUTE_MS;
      const renewed = await answerOf(renew(grant));
      grant = renewed.grant;
      leftMinutes.push(renewed.storage && (renewed.storage.expiresAtMs - app.nowMs) / MINUTE_MS);
    }
    expect(leftMinutes).toEqual([55, 50, 45, 40, 35, 30, 25, 20, 15, 10, undefined, undefined]);
  });

  it('finds none of them in the log', async () => {
    await authorize('one');
    sts.fault = 'AccessDenied';
    await authorize('two');
    const log = app.logLines.join('\n');
    expect(log).toContain('the credentials of a channel could not be made');
    expect(log).not.toMatch(/secret-1|session-1/);
  });
});

describe('a deployment that makes no credentials', () => {
  it('says nothing of any', async () => {
    using plain = await TestApp.start();
    const seed = { channelId: ChannelId.parse('one'), streamKey: keyOf('one'), profile: 'low' } as const;
    await plantSeed(plain.channels, seed, plain.nowMs);
    const asked = { streamKey: keyOf('one'), protocol: 'rtmp', clientAddress: '192.0.2.1', nodeId: 'node-1' };
    expect(await (await plain.node('/v1/ingest/authorize', asked)).json()).not.toHaveProperty('storage');
  });
});
