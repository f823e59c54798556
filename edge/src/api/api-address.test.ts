import { describe, expect, it } from 'vitest';
import { controlAddress, pageAddress } from './api-address.ts';

const CONTROL = 'https://control.example.com';
const at = (path: string) => controlAddress(CONTROL, `https://live.example.com${path}`)?.href;

describe('an address below /api/v1', () => {
  it.each([
    ['/api/v1/channels', '/v1/channels'],
    ['/api/v1/channels/demo/stream-keys/sk_A-1~b.c/rotate', '/v1/channels/demo/stream-keys/sk_A-1~b.c/rotate'],
    ['/api/v1/ingest-regions/wake', '/v1/ingest-regions/wake'],
    ['/api/v1/channels/ingest', '/v1/channels/ingest'],
    ['/api/v1/audit?limit=5&after=a%2Fb', '/v1/audit?limit=5&after=a%2Fb'],
    ['/api/v1/x/../channels', '/v1/channels'],
    ['/api/v1/channels#top', '/v1/channels'],
    ['/api/v1/webhook-endpoints/e1/deliveries/b1%2312/resend', '/v1/webhook-endpoints/e1/deliveries/b1%2312/resend'],
  ])('leads to the control API: %s', (path, there) => expect(at(path)).toBe(CONTROL + there));

  it.each([
    '/api/v1',
    '/api/v1/',
    '/api/v2/channels',
    '/api/openapi.json',
    '/api/docs',
    '/api/healthz',
    '/api/v1/ingest',
    '/api/v1/ingest/authorize',
    '/api/v1/edge/events',
    '/api/v1/x/../ingest/authorize',
    '/api/v1/x/%2e%2e/edge/events',
    '/api/v1/%69ngest/authorize',
    '/api/v1/..',
    '/api/v1/../healthz',
    '/api/v1/../../healthz',
    '/api/v1/%2e%2e/healthz',
    '/api/v1/.%2E/healthz',
    '/api/v1/..%2fhealthz',
    '/api/v1/channels/..%2f..%2fhealthz',
    '/api/v1/channels/..%5c..%5chealthz',
    '/api/v1/channels\\..\\..\\healthz',
    '/api/v1/channels/%252e%252e/x',
    '/api/v1//ingest/authorize',
    '/api/v1//control.example.org/x',
    '/api/v1/channels//x',
    '/api/v1/channels/',
    '/api/v1/channels/...',
    '/api/v1/.well-known/jwks.json',
    '/api/v1/channels/a;b',
    '/api/v1/channels/a@b',
    '/api/v1/channels/%00',
    '/api/v1/channels/%23',
    '/api/v1/channels/a%23%2f',
    '/api/v1/channels/gr\u00fc\u00df',
    '/API/v1/channels',
  ])('leads nowhere: %s', (path) => expect(at(path)).toBeUndefined());

  it('stays below a control API that stands in a folder', () => {
    const inFolder = controlAddress(`${CONTROL}/sluice`, 'https://live.example.com/api/v1/channels?x=1');
    expect(inFolder?.href).toBe(`${CONTROL}/sluice/v1/channels?x=1`);
  });
});

describe('what the control API has made', () => {
  const asked = new URL(`${CONTROL}/v1/channels`);
  it.each([
    ['/v1/channels/demo', '/api/v1/channels/demo'],
    [`${CONTROL}/v1/channels/demo?a=b`, '/api/v1/channels/demo?a=b'],
    ['channels/demo', '/api/v1/channels/demo'],
  ])('is found by pages below their own origin: %s', (location, there) => {
    expect(pageAddress(location, CONTROL, asked)).toBe(there);
  });

  it.each([
    'https://elsewhere.example/v1/channels',
    '//elsewhere.example/v1/channels',
    'http://control.example.com/v1/channels',
    '/docs',
    '../docs',
    'javascript:alert(1)',
    'https://',
  ])('is nowhere else: %s', (location) => expect(pageAddress(location, CONTROL, asked)).toBeUndefined());
});
