/** FFmpeg's own RTMP client plays what FFmpeg's own RTMP client publishes, both in processes of their own. */
import { describe, expect, it } from 'vitest';
import { madeCertificate } from './certificate-fixture.ts';
import type { PlayerReport } from './ffmpeg-player-fixture.ts';
import { type FfmpegRun, ffmpegPlays, ffmpegPublishes } from './ffmpeg-process-fixture.ts';
import { PlayFixture } from './play-fixture.ts';

/** Two children have to load FFmpeg and to encode, on a machine that may be busy. */
const TIMEOUT_MS = 90_000;

function reportOf({ said, printed }: FfmpegRun): PlayerReport {
  if (printed === '') throw new Error(said);
  return JSON.parse(printed);
}

describe('FFmpeg', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['h264', 'aac'],
    ['hevc', 'opus'],
    ['av1', 'mp3'],
  ])('plays %s and %s from a keyframe on, in the middle of a broadcast', async (video, audio) => {
    await using fixture = await PlayFixture.start();
    const published = ffmpegPublishes(
      ...[fixture.server.url('channel'), '--video', video, '--audio', audio, '--paced', '--seconds', '60'],
    );
    const { events, handle } = await fixture.server.publisher();
    await fixture.server.until(() => events.filter(({ kind }) => kind === 'video').length > 20);
    const report = reportOf(await ffmpegPlays(fixture.server.url('channel?token=t'), '--pictures', '30'));
    expect(report).toMatchObject({
      codecs: [audio, video].sort(),
      size: '160x90',
      pictureCount: 30,
      beginsWithKeyframe: true,
      firstPictureMs: 0,
      isAtEnd: false,
    });
    expect(report.audioPacketCount).toBeGreaterThan(20);
    handle.close({ code: 'taken-over', sentence: 'Over.' });
    await published;
  });

  it('plays over TLS, and to the end of the broadcast', async () => {
    await using fixture = await PlayFixture.start({ tls: await madeCertificate() });
    const published = ffmpegPublishes(fixture.server.url('channel', 'rtmps'), '--paced', '--seconds', '60');
    const { events, handle } = await fixture.server.publisher();
    await fixture.server.until(() => events.some(({ kind }) => kind === 'video'));
    const playing = ffmpegPlays(fixture.server.url('channel', 'rtmps'), '--pictures', '100000');
    const feed = fixture.feed('channel');
    await fixture.server.until(() => feed.listenerCount === 1);
    const seenBefore = events.length;
    await fixture.server.until(() => events.length > seenBefore + 100);
    handle.close({ code: 'taken-over', sentence: 'Over.' });
    feed.end();
    const report = reportOf(await playing);
    expect(report.isAtEnd).toBe(true);
    expect(report.pictureCount).toBeGreaterThan(10);
    await published;
  });

  it('shows why it may not play', async () => {
    const sentence = 'This token is not for this channel.';
    await using fixture = await PlayFixture.start({ answer: async () => ({ ok: false, sentence }) });
    const { exitCode, said } = await ffmpegPlays(fixture.server.url('channel?token=wrong'));
    expect(said).toContain(`Server error: ${sentence}`);
    expect(exitCode).toBe(1);
  });
});
