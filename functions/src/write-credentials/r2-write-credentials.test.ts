import { createHash } from 'node:crypto';
import { ChannelId } from '@sluice/contracts';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { R2WriteCredentials, r2AccountOf } from './r2-write-credentials.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const endpoint = `https://${ACCOUNT}.r2.cloudflarestorage.com`;
const parent = { accessKeyId: 'fedcba9876543210fedcba9876543210', secretAccessKey: 'the-secret-of-the-parent' };
const nowMs = () => Date.UTC(2026, 10, 1) + 500;
const demo = ChannelId.parse('demo');

async function claimsOf(sessionToken: string) {
  const text = Buffer.from(sessionToken, 'base64').toString();
  expect(text.slice(0, 4)).toBe('jwt/');
  const token = text.slice(4);
  const key = Buffer.from(parent.secretAccessKey);
  return { token, ...(await jwtVerify(token, key, { currentDate: new Date(nowMs()) })) };
}

describe('credentials of a channel on R2', () => {
  it('are a JWT of the parent key that says bucket, prefix and what may be done, and its digest', async () => {
    const made = await new R2WriteCredentials({ endpoint, bucketName: 'media', parent, nowMs }).make(demo);
    const { token, payload, protectedHeader } = await claimsOf(made.sessionToken);
    const issuedAtS = Date.UTC(2026, 10, 1) / 1_000;
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toEqual({
      bucket: 'media',
      scope: 'object-read-write',
      actions: ['PutObject', 'HeadObject'],
      paths: { prefixPaths: ['demo/'], objectPaths: [] },
      sub: ACCOUNT,
      iss: parent.accessKeyId,
      aud: `${ACCOUNT}.r2.cloudflarestorage.com`,
      iat: issuedAtS,
      exp: issuedAtS + 3_600,
    });
    expect(made).toMatchObject({
      accessKeyId: parent.accessKeyId,
      secretAccessKey: createHash('sha256').update(token).digest('hex'),
      expiresAtMs: (issuedAtS + 3_600) * 1_000,
    });
    expect(JSON.stringify(made)).not.toContain(parent.secretAccessKey);
  });

  it('know the account by the endpoint, of a jurisdiction too', () => {
    expect(r2AccountOf(endpoint)).toBe(ACCOUNT);
    expect(r2AccountOf(`https://${ACCOUNT}.eu.r2.cloudflarestorage.com`)).toBe(ACCOUNT);
    expect(r2AccountOf('https://s3.eu-west-1.amazonaws.com')).toBeUndefined();
    expect(r2AccountOf(`https://${ACCOUNT}.r2.cloudflarestorage.com.example`)).toBeUndefined();
    const elsewhere = { endpoint: 'http://127.0.0.1:9000', bucketName: 'media', parent, nowMs };
    expect(() => new R2WriteCredentials(elsewhere)).toThrow('not that of R2');
  });
});
