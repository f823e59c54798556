import { describe, expect, it } from 'vitest';
import { EMBED_SITES_MAX, EmbedSite, EmbedSites } from './embed-sites.ts';

describe('a site that may embed', () => {
  it.each([
    'example.com',
    '*.example.com',
    'https://example.com',
    'http://*.shop.example.com:8080',
    'xn--bcher-kva.example',
    'a-b.example.co',
    'localhost:3000',
    'http://127.0.0.1:8000',
  ])('is %s', (site) => {
    expect(EmbedSite.parse(site)).toBe(site);
  });

  it.each([
    '',
    '*',
    '*.com.',
    'example',
    'Example.com',
    'https://example.com/',
    'https://example.com/path',
    'ftp://example.com',
    'https://',
    'a.*.example.com',
    '*example.com',
    '-a.example.com',
    'example.com:',
    'example.com:123456',
    'https://user@example.com',
    'bücher.example',
    // They would match nothing, or end the directive and begin another.
    '192.0.2.1',
    '[2001:db8::1]',
    "'self'",
    "'none'",
    'data:',
    'example.com; script-src *',
    'example.com, default-src *',
    'example.com\r\nx: y',
    'example.com evil.example',
  ])('is not %j', (site) => {
    expect(EmbedSite.safeParse(site).success).toBe(false);
  });

  it('is one of a bounded number', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}.example.com`);
    expect(EmbedSites.safeParse(many(EMBED_SITES_MAX)).success).toBe(true);
    expect(EmbedSites.safeParse(many(EMBED_SITES_MAX + 1)).success).toBe(false);
    expect([EmbedSites.parse(null), EmbedSites.parse([])]).toEqual([null, []]);
  });
});
