/** FFmpeg's own RTMP client, through node-av in a process of its own, against the server over real sockets. */
import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../media/source.ts';
import { ffmpegPublishes } from './ffmpeg-process-fixture.ts';
import { ServerFixture } from './rtmp-server-fixture.ts';

/** A child has to load FFmpeg and to encode, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

const codecsOf = (events: readonly SourceEvent[]) =>
  events.flatMap((event) => ('codec' in event ? [event.codec] : [])).sort();
const countOf = (events: readonly SourceEvent[], kind: SourceEvent['kind']) =>
  events.filter((event) => event.kind === kind).length;

describe('FFmpeg', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['h264', 'aac'],
    ['hevc', 'opus'],
    ['vp9', 'mp3'],
  ])('publishes %s and %s, a second of it, and says goodbye', async (video, audio) => {
    await using fixture = await ServerFixture.start();
    const { exitCode, said } = await ffmpegPublishes(fixture.url('key'), '--video', video, '--audio', audio);
    expect(said).toBe('');
    expect(exitCode).toBe(0);
    expect(await fixture.endOf()).toEqual({ reason: 'unpublished', detail: 'FCUnpublish' });
    const [{ events } = { events: [] }] = fixture.publishers;
    expect(codecsOf(events)).toEqual([video, audio].sort());
    expect(countOf(events, 'video')).toBe(15);
    expect(countOf(events, 'audio')).toBeGreaterThan(35);
    expect(countOf(events, 'metadata')).toBe(1);
  });

  it('shows why a key is refused', async () => {
    const sentence = 'This stream key is not known here. Copy it again from your channel page.';
    await using fixture = await ServerFixture.start({
      answer: async () => ({ ok: false, refusal: { code: 'unknown-stream-key', sentence } }),
    });
    const { exitCode, said } = await ffmpegPublishes(fixture.url('wrong'));
    expect(said).toContain(`Server error: ${sentence}`);
    expect(exitCode).toBe(1);
    expect(fixture.refused).toEqual(['unknown-stream-key']);
  });

  it('shows that there is no key', async () => {
    await using fixture = await ServerFixture.start();
    const { said } = await ffmpegPublishes(fixture.url(''));
    expect(said).toContain('Server error: There is no stream key.');
    expect(fixture.publishers).toEqual([]);
  });

  it('shows that there is no room', async () => {
    await using fixture = await ServerFixture.start({ limits: { connectionsMax: 0 } });
    const { said } = await ffmpegPublishes(fixture.url('key'));
    expect(said).toContain('Server error: This server has no room for another connection.');
  });

  it('shows why it is sent away in the middle', async () => {
    await using fixture = await ServerFixture.start({
      onEvent: (event, { handle }) => {
        if (event.kind !== 'video') return;
        handle.close({ code: 'taken-over', sentence: 'Another encoder has taken over this channel.' });
      },
    });
    const { exitCode, said } = await ffmpegPublishes(fixture.url('key'), '--paced', '--seconds', '30');
    expect(said).toContain('Server error: Another encoder has taken over this channel.');
    expect(exitCode).toBe(1);
    expect((await fixture.endOf()).reason).toBe('closed-by-us');
  });

  it('shows that a codec is not supported', async () => {
    await using fixture = await ServerFixture.start();
    const { said } = await ffmpegPublishes(fixture.url('key'), '--audio', 'flac', '--paced', '--seconds', '30');
    expect(said).toContain('Server error: The audio codec fLaC is not supported here. Choose AAC in your encoder.');
    expect(await fixture.endOf()).toEqual({ reason: 'limit', detail: 'codec-unsupported' });
  });
});
