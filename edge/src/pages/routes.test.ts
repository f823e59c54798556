import { VERSION } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { pageRoutes } from './routes.ts';

const pages = pageRoutes();

async function assetPaths(page: string): Promise<string[]> {
  const html = await (await pages.request(page)).text();
  return [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
}

describe('the watch page', () => {
  it('is served for any well-formed channel, whether it is live or not', async () => {
    const answer = await pages.request('/watch/demo');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(await answer.text()).toContain('data-channel-id="demo"');
  });

  it.each(['/watch/Demo', '/watch/-x', '/watch/a', '/watch/%3Cscript%3E', `/watch/${'a'.repeat(64)}`])(
    'answers a readable 404 to %s, and repeats nothing of it',
    async (path) => {
      const answer = await pages.request(path);
      const text = await answer.text();
      expect(answer.status).toBe(404);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(text).toContain('cannot be the name of a channel');
      expect(text).not.toContain(decodeURIComponent(path.slice('/watch/'.length)).concat('<'));
    },
  );

  it('allows no inline script or style, and holds none', async () => {
    const answer = await pages.request('/watch/demo');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const text = await answer.text();
    expect(text).not.toMatch(/<script(?![^>]* src=)/);
    expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
  });

  it('lets parts come from the bucket’s own domain where playlists point there', async () => {
    const answer = await pages.request('/watch/demo', {}, { MEDIA_BASE_URL: 'https://media.example.com/v1/' });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("connect-src 'self' https://media.example.com;");
  });

  it('is kept and asked about, so that a deployment shows at once', async () => {
    const first = await pages.request('/watch/demo');
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const second = await pages.request('/watch/demo', { headers: { 'if-none-match': `W/${etag}, "other"` } });
    expect(second.status).toBe(304);
    expect(await second.text()).toBe('');
    expect((await pages.request('/watch/demo', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('answers HEAD with the headers of GET', async () => {
    const answer = await pages.request('/watch/demo', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBeNull();
    expect(await answer.text()).toBe('');
  });
});

describe('assets', () => {
  it('has every file that the pages name, for a year', async () => {
    const paths = [...(await assetPaths('/watch/demo')), ...(await assetPaths('/'))];
    expect(paths.length).toBeGreaterThanOrEqual(4);
    for (const path of paths) {
      const answer = await pages.request(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      // The smallest hold a constant that two others share.
      expect((await answer.text()).length).toBeGreaterThan(50);
    }
  });

  it('does not let a missing file be cached', async () => {
    const answer = await pages.request('/assets/watch.0000000000000000.js');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });
});

describe('the start page', () => {
  it('leads to a channel without a script', async () => {
    const answer = await pages.request('/watch?channel=%20Demo%20');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/watch/demo']);
    expect((await pages.request('/watch?channel=no%20such%2F')).status).toBe(404);
    expect((await pages.request('/watch')).status).toBe(200);
  });
});

describe('/time', () => {
  it('tells the edge’s clock to the millisecond, uncached and to every origin', async () => {
    const beforeMs = Date.now();
    const answer = await pages.request('/time');
    const edgeMs = Date.parse(await answer.text());
    expect(edgeMs).toBeGreaterThanOrEqual(beforeMs);
    expect(edgeMs).toBeLessThanOrEqual(Date.now());
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('sluice-version')).toBe(VERSION);
  });
});
