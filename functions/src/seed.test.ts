import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plantSeed } from './seed.ts';
import { hashStreamKey } from './stream-keys/stream-key.ts';
import { TestApp } from './test-app.ts';

const seed = { channelId: ChannelId.parse('demo'), streamKey: 'demo-key', profile: 'low' } as const;

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
  await plantSeed(app.channels, seed, app.nowMs);
});
afterEach(() => app[Symbol.dispose]());

describe('the seed', () => {
  it('is a channel that its key opens, and that a streamer can take from whoever is on it', async () => {
    const found = await app.channels.findByStreamKey(hashStreamKey('demo-key'));
    expect(found?.channel).toMatchObject({ channelId: 'demo', profile: 'low', takeover: 'take-over' });
  });

  it('planted again sets the profile, enables what was disabled, and keeps what else was changed', async () => {
    await app.admin('PATCH', '/v1/channels/demo', { dvrWindowS: 60, isDisabled: true });
    await app.admin('PATCH', '/v1/channels/demo/stream-keys/seed', { isDisabled: true });
    await plantSeed(app.channels, { ...seed, profile: 'ultra' }, app.nowMs);
    const found = await app.channels.findByStreamKey(hashStreamKey('demo-key'));
    expect(found?.channel).toMatchObject({ profile: 'ultra', dvrWindowS: 60, isDisabled: false });
    expect(found?.streamKey.isDisabled).toBe(false);
    expect((await app.channels.get(seed.channelId))?.value.streamKeys).toHaveLength(1);
  });

  it('with another key takes the old one away, and leaves other keys alone', async () => {
    const answer = await app.admin('POST', '/v1/channels/demo/stream-keys', {});
    const made = z.object({ streamKey: z.string() }).parse(await answer.json());
    await plantSeed(app.channels, { ...seed, streamKey: 'another-key' }, app.nowMs);
    const opens = async (key: string) => (await app.channels.findByStreamKey(hashStreamKey(key)))?.channel.channelId;
    expect(await opens('demo-key')).toBeUndefined();
    expect(await opens('another-key')).toBe('demo');
    expect(await opens(made.streamKey)).toBe('demo');
  });
});
