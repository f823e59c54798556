/** FFmpeg's own SRT client, through node-av in a process of its own, against the server over real sockets. */
import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../media/source.ts';
import { keepingLogger } from '../server/seeing-node-fixture.ts';
import { LossyLink } from './lossy-link-fixture.ts';
import { call, SrtServerFixture } from './srt-server-fixture.ts';

/** A child has to load FFmpeg and to encode, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;
const PASSPHRASE = 'a passphrase of ours';
const OTHER_PASSPHRASE = 'some other passphrase';

const codecsOf = (events: readonly SourceEvent[]) =>
  events.flatMap((event) => ('codec' in event ? [event.codec] : [])).sort();
const timesOf = (events: readonly SourceEvent[], kind: 'video' | 'audio') =>
  events.flatMap((event) => (event.kind === kind ? [event.dtsUs] : []));
const isRising = (times: readonly number[]) =>
  times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));

describe('FFmpeg over SRT', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['h264', 'aac', 'demo-key'],
    ['hevc', 'mp2', '#!::r=demo-key,m=publish'],
    ['h264', 'opus', 'publish:demo-key'],
  ])('publishes %s and %s as %s, a second of it, and says goodbye', async (video, audio, streamId) => {
    await using fixture = await SrtServerFixture.start();
    const { exitCode, said } = await call(fixture.url(streamId), '--video', video, '--audio', audio).gone;
    expect(said).toBe('');
    expect(exitCode).toBe(0);
    expect(await fixture.endOf()).toEqual({ reason: 'unpublished', detail: 'SRT shutdown' });
    const { attempt, events, warnings } = await fixture.publisher();
    expect(attempt).toMatchObject({ protocol: 'srt', streamKey: 'demo-key', clientAddress: '127.0.0.1' });
    expect(warnings).toEqual([]);
    expect(codecsOf(events)).toEqual([video, audio].sort());
    expect(timesOf(events, 'video')).toHaveLength(15);
    expect(timesOf(events, 'audio').length).toBeGreaterThan(35);
    expect(isRising(timesOf(events, 'video'))).toBe(true);
    expect(isRising(timesOf(events, 'audio'))).toBe(true);
    expect(fixture.connections).toEqual([1, 0]);
  });

  it.each([16, 24, 32])('publishes encrypted with a key of %i bytes', async (keyBytes) => {
    const { logger, lines } = keepingLogger();
    await using fixture = await SrtServerFixture.start({ passphrase: PASSPHRASE, logger });
    const url = fixture.url('demo-key', `passphrase=${PASSPHRASE}&pbkeylen=${keyBytes}`);
    const { said } = await call(url).gone;
    expect(said).toBe('');
    expect((await fixture.endOf()).reason).toBe('unpublished');
    const { events } = await fixture.publisher();
    expect(timesOf(events, 'video')).toHaveLength(15);
    expect(lines.join()).not.toContain(PASSPHRASE);
    expect(lines.join()).not.toContain('demo-key');
  });

  it.each([
    ['the wrong one', PASSPHRASE, `passphrase=${OTHER_PASSPHRASE}`],
    ['none where one is wanted', PASSPHRASE, ''],
    ['one where none is wanted', undefined, `passphrase=${OTHER_PASSPHRASE}`],
  ])('is refused for its passphrase: %s', async (_case, passphrase, words) => {
    await using fixture = await SrtServerFixture.start(passphrase === undefined ? {} : { passphrase });
    const { exitCode, said } = await call(fixture.url('demo-key', words)).gone;
    expect(exitCode).toBe(1);
    expect(said).toMatch(/failed/);
    expect(fixture.refused).toEqual(['passphrase-wrong']);
    const { events } = await fixture.publisher();
    expect(events).toEqual([]);
  });

  it('goes on over the wrap of its clock, on a network that loses packets', async () => {
    // Its goodbye may be lost, too.
    await using fixture = await SrtServerFixture.start({ limits: { peerSilentMs: 1_500 } });
    await using link = await LossyLink.open({ serverPort: fixture.server.port, delayMs: 20, lossRatio: 0.05 });
    // MPEG-TS begins anew at 95,443.7 s.
    const words = ['--offset', '95442.7', '--seconds', '2', '--paced'];
    const { said } = await call(fixture.url('demo-key', 'latency=400000', link.port), ...words).gone;
    expect(said).toBe('');
    await fixture.endOf();
    const { events, figures } = await fixture.publisher();
    const times = timesOf(events, 'video');
    expect(times.length).toBeGreaterThan(25);
    expect(isRising(times)).toBe(true);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(2_100_000);
    expect(times.at(-1)).toBeGreaterThan(95_443_717_000);
    expect(figures.at(-1)?.latencyMs).toBe(400);
    expect(figures.at(-1)?.lostPacketCount).toBeGreaterThan(0);
    expect(figures.at(-1)?.retransmittedPacketCount).toBeGreaterThan(0);
    expect(figures.at(-1)?.rttMs).toBeGreaterThan(35);
  });

  it('publishes twice at once, and one that is killed does not disturb the other', async () => {
    await using fixture = await SrtServerFixture.start({ limits: { peerSilentMs: 1_000 } });
    const steady = call(fixture.url('steady'), '--paced', '--seconds', '2');
    const killed = call(fixture.url('killed'), '--paced', '--seconds', '30');
    await fixture.until(() => fixture.publishers.length === 2);
    const [one, other] = fixture.publishers.toSorted((a, b) => a.attempt.streamKey.localeCompare(b.attempt.streamKey));
    await fixture.until(() => (one?.events.length ?? 0) > 10);
    killed.kill();
    await fixture.until(() => (one?.ends.length ?? 0) > 0);
    expect(one?.ends).toEqual([{ reason: 'peer-left', detail: 'the publisher vanished' }]);
    expect((await steady.gone).exitCode).toBe(0);
    await fixture.until(() => (other?.ends.length ?? 0) > 0);
    expect(timesOf(other?.events ?? [], 'video')).toHaveLength(30);
  });

  it('is let in again after it was sent away', async () => {
    await using fixture = await SrtServerFixture.start();
    const first = call(fixture.url('demo-key'), '--paced', '--seconds', '30');
    const { handle, events } = await fixture.publisher();
    await fixture.until(() => events.length > 5);
    handle.close({ code: 'taken-over', sentence: 'Another encoder has taken over this channel.' });
    expect((await first.gone).exitCode).toBe(1);
    expect(await fixture.endOf()).toEqual({ reason: 'closed-by-us', detail: 'taken-over' });
    await call(fixture.url('demo-key')).gone;
    expect((await fixture.endOf(1)).reason).toBe('unpublished');
  });

  it('needs no stream id on a port that has a key', async () => {
    await using fixture = await SrtServerFixture.start({ portKeys: [{ port: 0, streamKey: 'key-of-the-port' }] });
    const [port = 0] = fixture.server.portKeyPorts;
    await call(fixture.url('', '', port)).gone;
    expect((await fixture.endOf()).reason).toBe('unpublished');
    expect((await fixture.publisher()).attempt.streamKey).toBe('key-of-the-port');
  });
});
