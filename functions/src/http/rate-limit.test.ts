import { describe, expect, it } from 'vitest';
import { refusalOf, TestApp } from '../test-app.ts';
import { RateLimits } from './rate-limit.ts';

describe('a rate limit', () => {
  it('lets a burst through, and then so many a second', () => {
    const limits = new RateLimits({ burst: 3, perSecond: 2 });
    expect([1, 2, 3].map(() => limits.take('one', 0))).toEqual([0, 0, 0]);
    expect(limits.take('one', 0)).toBe(500);
    expect(limits.take('one', 250)).toBe(250);
    expect(limits.take('one', 500)).toBe(0);
    expect(limits.take('two', 500)).toBe(0);
  });

  it('saves no more than a burst, and a clock that goes back takes nothing', () => {
    const limits = new RateLimits({ burst: 2, perSecond: 1 });
    limits.take('one', 1_000_000);
    expect([1, 2].map(() => limits.take('one', 9_000_000))).toEqual([0, 0]);
    expect(limits.take('one', 0)).toBe(1_000);
  });

  it('remembers so many callers and no more', () => {
    const limits = new RateLimits({ burst: 1, perSecond: 1 });
    for (let index = 0; index < 10_050; index += 1) limits.take(`caller ${index}`, 0);
    expect(limits.callerCount).toBe(10_000);
  });
});

describe('the API', () => {
  it('tells who calls too often when to come again, and lets others through', async () => {
    using app = await TestApp.start({ rateLimit: { burst: 2, perSecond: 1 } });
    await app.admin('GET', '/v1/channels');
    await app.admin('GET', '/v1/channels');
    const answer = await app.admin('GET', '/v1/channels');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await refusalOf(answer)).toEqual([429, 'too-many-requests']);
    expect((await app.node('/v1/ingest/check', {})).status).toBe(400);
    app.nowMs += 1_000;
    expect((await app.admin('GET', '/v1/channels')).status).toBe(200);
  });
});
