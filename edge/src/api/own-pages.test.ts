import { Problem } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { edgeFetch } from '../testing/edge-client.ts';

const ADDRESSES = ['/api/console.json', '/api/v1/channels'];

describe.each(ADDRESSES)('pages of another site at %s', (path) => {
  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring name or port', { 'sec-fetch-site': 'same-site' }],
    ['what no browser says', { 'sec-fetch-site': 'own' }],
    ['another origin', { origin: 'https://elsewhere.example' }],
    ['another port', { origin: 'https://edge.test:8443' }],
    ['another scheme', { origin: 'http://edge.test' }],
    ['a sandbox', { origin: 'null' }],
    ['a page that says it is of here', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'same-origin' }],
  ])('are refused: %s', async (_what, headers) => {
    const answer = await edgeFetch(path, { headers: { ...headers, authorization: 'Bearer x' } });
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const { code, detail } = Problem.parse(await answer.json());
    expect([code, detail]).toEqual(['cross-site-request', expect.stringMatching(/another site/)]);
  });

  it.each<[string, Record<string, string>]>([
    ['a page of here', { origin: 'https://edge.test', 'sec-fetch-site': 'same-origin' }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    ['a program', {}],
  ])('are not: %s', async (_what, headers) => {
    const answer = await edgeFetch(path, { headers: { ...headers, authorization: 'Bearer x' } });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });
});
