import { env } from 'cloudflare:workers';
import { Problem } from '@sluice/contracts';
import { describe, expect, it, vi } from 'vitest';
import { edgeFetch } from './testing/edge-client.ts';
import { TestPublisher } from './testing/test-publisher.ts';

describe('the Worker', () => {
  it('serves pages, players and ingest nodes', async () => {
    const [page, status, lease] = await Promise.all([
      edgeFetch('/watch/demo'),
      edgeFetch('/live/demo/status.json'),
      edgeFetch('/ingest/v1/channels/demo/lease', { method: 'POST' }),
    ]);
    expect([page.status, status.status, lease.status]).toEqual([200, 200, 401]);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('answers what is nowhere with a problem', async () => {
    const answer = await edgeFetch('/no/such/place');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 404, code: 'no-such-address' });
  });

  it('answers a failure of its own with 503, tells the client nothing of it, and the log everything', async () => {
    const publisher = await TestPublisher.live(4);
    const logged = vi.spyOn(console, 'error');
    const failing = vi.spyOn(env.MEDIA, 'get').mockRejectedValue(new Error('the bucket is on fire'));
    const answer = await edgeFetch(`${publisher.path}/v720/1.0.m4s`);
    failing.mockRestore();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(Problem.parse(await answer.json()).code).toBe('unavailable');
    expect(logged.mock.calls.join()).toContain('the bucket is on fire');
  });
});
