import { describe, expect, it } from 'vitest';
import { channelPath, pathOf, readRoute } from './route.ts';

describe('the addresses of the console', () => {
  it.each([
    ['/', { page: 'channels' }],
    ['/channels/new', { page: 'new-channel' }],
    ['/channels/demo', { page: 'channel', channelId: 'demo', tab: 'live' }],
    ['/channels/demo/settings', { page: 'channel', channelId: 'demo', tab: 'settings' }],
    ['/webhooks', { page: 'webhooks' }],
    ['/settings', { page: 'settings' }],
  ] as const)('%s', (path, route) => {
    expect(readRoute(path)).toEqual(route);
    expect(pathOf(route)).toBe(path);
  });

  it('shows a channel of which the name means something else in an address', () => {
    expect(channelPath('new')).toBe('/channels/new/live');
    expect(readRoute('/channels/new/live')).toEqual({ page: 'channel', channelId: 'new', tab: 'live' });
  });

  it.each([
    '/channels',
    '/channels/',
    '/channels/A',
    '/channels/demo/nothing',
    '/channels/demo/settings/more',
    '/channels/%2e%2e',
    '/settings/more',
    '/watch/demo',
    '/api/v1/channels',
    '//',
  ])('%s is none of them', (path) => {
    expect(readRoute(path)).toEqual({ page: 'nowhere' });
  });
});
