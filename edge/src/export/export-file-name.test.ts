import { ChannelId, RenditionId } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { exportFileName } from './export-file-name.ts';

it.each([
  ['demo', 'v1080-60', 'a128', 'demo-2026-11-25-235959-v1080-60.mp4'],
  ['2-a-channel', undefined, 'a128-en', '2-a-channel-2026-11-25-235959-a128-en.mp4'],
])('a file of %s, %s and %s is named %4$s', (channel, video, audio, name) => {
  const fileName = exportFileName({
    channelId: ChannelId.parse(channel),
    startedAtMs: Date.UTC(2026, 10, 25, 23, 59, 59, 999),
    videoId: video === undefined ? undefined : RenditionId.parse(video),
    audioId: RenditionId.parse(audio),
  });
  expect(fileName).toBe(name);
  expect(fileName).toMatch(/^[a-z0-9][a-z0-9.-]+$/);
});
