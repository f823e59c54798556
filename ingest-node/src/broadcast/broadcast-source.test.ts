import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BroadcastHealth } from '../health/broadcast-health.ts';
import type { SourceEvent } from '../media/source.ts';
import { Metrics } from '../operations/metrics.ts';
import type { AdmittedPublisher } from './admitted-publisher.ts';
import { BroadcastSource } from './broadcast-source.ts';
import { DEMO_SETTINGS } from './fixtures/settings-fixture.ts';
import { silenceLimits } from './silence-limits.ts';
import { SourceFeed } from './source-feed.ts';

const KEY: SourceEvent = { kind: 'video', ptsUs: 0, dtsUs: 0, isKeyframe: true, payload: Uint8Array.of(1) };
const logger = pino({ level: 'silent' });

/** The media path behind a source: takes what comes, or is full. */
class Media {
  readonly taken: (SourceEvent | string)[] = [];
  isFull = false;
  push(event: SourceEvent): boolean {
    this.taken.push(event);
    return !this.isFull;
  }
  sourceLeft(): void {
    this.taken.push('left');
  }
  sourceJoined(): void {
    this.taken.push('joined');
  }
  publisherChanged(): void {
    this.taken.push('changed');
  }
  giveTranscoderUp(): void {
    this.taken.push('given up');
  }
}

describe('the source of a broadcast', () => {
  let media: Media;
  let feed: SourceFeed;
  let source: BroadcastSource;
  let told: string[];
  const settings = { ...DEMO_SETTINGS, takeover: 'take-over' } as const;

  function publisher(isBackup = false): AdmittedPublisher & { readonly pauses: boolean[] } {
    const pauses: boolean[] = [];
    const handle = { isGone: false, close: () => {}, setPaused: (isPaused: boolean) => void pauses.push(isPaused) };
    const authorized = { settings, grant: 'grant', grantExpiresAtMs: 1, keyId: 'key-1', authorizedAtMs: 1 };
    return { handle, authorized, protocol: 'rtmp', isBackup, pauses };
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    told = [];
    media = new Media();
    feed = new SourceFeed({ onFault: (error) => told.push(`${error}`) });
    const { channelId } = settings;
    const tell = (event: { readonly kind: string; readonly code?: string }) => told.push(event.code ?? event.kind);
    source = new BroadcastSource({
      silence: silenceLimits(false, settings.profile),
      feed,
      health: new BroadcastHealth({ channelId, metrics: new Metrics(), logger, tell }),
      media,
      logger: () => logger,
      onChange: () => told.push('changed'),
      onEmpty: () => told.push('empty'),
    });
  });
  afterEach(() => {
    source.close({ code: 'internal-error', sentence: '' });
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('goes to those who play it and to the transcoder; another publisher is a seam for both', () => {
    source.admit(publisher()).onEvent(KEY);
    expect([media.taken, feed.memory.events()]).toEqual([[KEY], [KEY]]);
    expect(source.takeSecond(publisher())).toBeDefined();
    expect(media.taken.slice(1)).toEqual(['left', 'changed', 'joined']);
    expect([told, feed.memory.events()]).toEqual([['changed'], []]);
  });

  it('is held back while the transcoder is full, and its streamer is told when that lasts', () => {
    const held = publisher();
    media.isFull = true;
    source.admit(held).onEvent(KEY);
    vi.advanceTimersByTime(2_000);
    expect([held.pauses, told]).toEqual([[true], []]);
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual(['held-back']);
    source.resume();
    expect(held.pauses).toEqual([true, false]);
    vi.advanceTimersByTime(60_000);
    expect(media.taken).toEqual([KEY]);
  });

  it('gives a transcoder up that takes nothing for half a minute, also when the publisher has left meanwhile', () => {
    media.isFull = true;
    const sink = source.admit(publisher());
    sink.onEvent(KEY);
    sink.onEnd({ reason: 'peer-left', detail: '' });
    vi.advanceTimersByTime(29_999);
    expect(media.taken).toEqual([KEY]);
    vi.advanceTimersByTime(1);
    expect(media.taken).toEqual([KEY, 'given up']);
  });

  it('has a place for a backup beside its primary, and for no second backup on air', () => {
    source.admit(publisher());
    const backup = publisher(true);
    expect(source.takeSecond(backup)).toBeDefined();
    expect(source.standby).toBe(backup);
    expect(told).toEqual([]);
  });
});
