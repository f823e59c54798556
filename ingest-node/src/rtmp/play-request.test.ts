import { expect, it } from 'vitest';
import { readPlayRequest } from './play-request.ts';

it.each([
  ['live', 'demo?token=abc', { channelId: 'demo', token: 'abc' }],
  ['live', 'demo', { channelId: 'demo', token: undefined }],
  ['live', 'demo?token=a%2Bb&x=1', { channelId: 'demo', token: 'a+b' }],
  ['live/demo', '', { channelId: 'demo', token: undefined }],
  ['live/demo?token=abc', '', { channelId: 'demo', token: 'abc' }],
  ['live?token=abc', 'demo', { channelId: 'demo', token: 'abc' }],
])('reads %s and %s', (app, name, request) => {
  expect(readPlayRequest(app, name)).toEqual(request);
});

it('finds no channel where there is none', () => {
  expect(readPlayRequest('live', '')).toBeUndefined();
  expect(readPlayRequest('live', `${'x'.repeat(300)}`)).toBeUndefined();
});

it('takes a token as long as any is, and none that is longer', () => {
  expect(readPlayRequest('live', `demo?token=${'x'.repeat(2_048)}`)?.token).toHaveLength(2_048);
  expect(readPlayRequest('live', `demo?token=${'x'.repeat(2_049)}`)).toBeUndefined();
});
