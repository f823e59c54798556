import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublishedEvent } from '../media/source.ts';
import type { PublishRefusal, PublishSink } from '../server/publisher.ts';
import type { AdmittedPublisher } from './admitted-publisher.ts';
import { DEMO_SETTINGS } from './fixtures/settings-fixture.ts';
import { PublisherSeats } from './publisher-seats.ts';

/** A publisher as the seats see it, and what they did to it. */
class Publisher implements AdmittedPublisher {
  readonly protocol = 'rtmp';
  readonly isBackup: boolean;
  readonly pauses: boolean[] = [];
  closedWith: string | undefined;
  sink: PublishSink | undefined;
  readonly authorized;
  readonly handle = {
    isGone: false,
    close: ({ code }: PublishRefusal) => {
      this.closedWith = code;
      this.sink?.onEnd({ reason: 'closed-by-us', detail: code });
    },
    setPaused: (isPaused: boolean) => this.pauses.push(isPaused),
  };
  constructor(name: string, isBackup = false) {
    this.isBackup = isBackup;
    const settings = DEMO_SETTINGS;
    this.authorized = { settings, grant: name, grantExpiresAtMs: 1, keyId: name, authorizedAtMs: 1 };
  }
  send(ptsUs: number, isKeyframe = true): void {
    this.sink?.onEvent({ kind: 'video', ptsUs, dtsUs: ptsUs, isKeyframe, payload: Uint8Array.of(1) });
  }
}

const ptsOf = (events: readonly PublishedEvent[]) => events.map((event) => (event.kind === 'video' ? event.ptsUs : -1));

describe('the seats of a broadcast', () => {
  let told: unknown[];
  let seats: PublisherSeats;
  let primary: Publisher;
  let backup: Publisher;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    told = [];
    seats = new PublisherSeats({
      silentMs: 1_500,
      listener: {
        onEvent: (event) => told.push(...ptsOf([event])),
        onChange: ({ why, publisher }, events) => told.push([why, publisher.authorized.keyId, ...ptsOf(events)]),
        onWarning: (sentence) => told.push(sentence),
        onFigures: () => {},
        onEmpty: ({ reason }) => told.push(`empty: ${reason}`),
      },
    });
    primary = new Publisher('primary');
    backup = new Publisher('backup', true);
    primary.sink = seats.admit(primary);
    backup.sink = seats.standBy(backup);
  });
  afterEach(() => {
    seats.close({ code: 'internal-error', sentence: '' });
    vi.useRealTimers();
  });

  it('hand on what the publisher on air sends, and nothing of the one that stands by', () => {
    primary.send(1);
    backup.send(100);
    backup.sink?.onWarning?.('not now');
    primary.sink?.onWarning?.('now');
    expect(told).toEqual([1, 'now']);
  });

  it('give the place to the backup when the primary falls silent, with what it sent since its last keyframe', () => {
    for (let step = 0; step < 7; step += 1) {
      vi.advanceTimersByTime(250);
      backup.send(step, step === 4);
    }
    // 1.75 s of silence: the look at 1.5 s found it.
    expect(told).toEqual([['backup', 'backup', 4], 5, 6]);
    expect(primary.closedWith).toBe('backup-took-over');
    backup.send(7);
    expect(told.at(-1)).toBe(7);
  });

  it('do so at once when the primary leaves, even on purpose', () => {
    backup.send(1);
    primary.sink?.onEnd({ reason: 'unpublished', detail: '' });
    expect(told).toEqual([['backup', 'backup', 1]]);
  });

  it('leave it to the primary while it sends, and when the backup is silent, too', () => {
    for (let step = 0; step < 20; step += 1) {
      vi.advanceTimersByTime(250);
      if (step < 10) primary.send(step);
    }
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('leave it to the primary while something comes of it, though nothing is whole yet', () => {
    for (let step = 0; step < 20; step += 1) {
      vi.advanceTimersByTime(250);
      primary.sink?.onHeard?.();
      backup.send(step);
    }
    expect(told).toEqual([]);
  });

  it('give it back to a primary that comes again, and the backup stands by once more', () => {
    backup.send(1);
    primary.sink?.onEnd({ reason: 'peer-left', detail: '' });
    expect(seats.isBackupOnAir).toBe(true);
    const again = new Publisher('again');
    again.sink = seats.replace(again);
    again.send(5);
    backup.send(6);
    expect(told).toEqual([['backup', 'backup', 1], ['primary', 'again'], 5]);
    expect(backup.closedWith).toBeUndefined();
    again.sink?.onEnd({ reason: 'peer-left', detail: '' });
    expect(told.at(-1)).toEqual(['backup', 'backup', 6]);
  });

  it('are empty when the last of them leaves', () => {
    backup.sink?.onEnd({ reason: 'peer-left', detail: '' });
    expect(told).toEqual([]);
    primary.sink?.onEnd({ reason: 'timed-out', detail: '' });
    expect(told).toEqual(['empty: timed-out']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keep the newer of two backups', () => {
    const newer = new Publisher('newer', true);
    newer.sink = seats.standBy(newer);
    expect(backup.closedWith).toBe('taken-over');
    newer.send(3);
    primary.sink?.onEnd({ reason: 'peer-left', detail: '' });
    expect(told).toEqual([['backup', 'newer', 3]]);
  });

  it('let a publisher that was held back on air go on when it has to stand by', () => {
    backup.send(1);
    primary.sink?.onEnd({ reason: 'peer-left', detail: '' });
    backup.pauses.length = 0;
    seats.pause();
    const again = new Publisher('again');
    again.sink = seats.replace(again);
    expect(backup.pauses).toEqual([true, false]);
  });

  it('take a publisher that is held back for none that is silent, and give it its time again afterwards', () => {
    const pass = (steps: number) => {
      for (let step = 0; step < steps; step += 1) {
        vi.advanceTimersByTime(250);
        backup.send(step);
      }
    };
    seats.pause();
    pass(20);
    seats.resume();
    pass(5);
    expect(told).toEqual([]);
    pass(1);
    expect(told[0]).toEqual(['backup', 'backup', 4]);
  });

  it('send everybody away, and nobody is told of it', () => {
    seats.close({ code: 'server-draining', sentence: '' });
    expect([primary.closedWith, backup.closedWith]).toEqual(['server-draining', 'server-draining']);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
