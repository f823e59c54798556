import { expect, it } from 'vitest';
import type { SourcePacket } from '../media/source.ts';
import { PlayGate } from './play-gate.ts';

const LIMITS = { playQueueBytesMax: 1_000, playSlowMs: 5_000 };
const packet = (sizeBytes: number): SourcePacket => ({
  kind: 'video',
  ptsUs: 0,
  dtsUs: 0,
  isKeyframe: false,
  payload: new Uint8Array(sizeBytes),
});

class GateFixture {
  readonly gate = new PlayGate(LIMITS);
  nowMs = 0;

  judge(queuedBytes: number, isEntry = false, sizeBytes = 100) {
    return this.gate.judge(packet(sizeBytes), { isEntry, queuedBytes, nowMs: this.nowMs });
  }

  /** One that has begun. */
  static begun(): GateFixture {
    const fixture = new GateFixture();
    fixture.judge(0, true);
    return fixture;
  }
}

it('begins where a decoder can', () => {
  const fixture = new GateFixture();
  expect([fixture.judge(0), fixture.judge(0, true), fixture.judge(100)]).toEqual(['leave-out', 'send', 'send']);
});

it('fills the queue to its limit and not above', () => {
  expect(GateFixture.begun().judge(900)).toBe('send');
  expect(GateFixture.begun().judge(901)).toBe('leave-out');
});

it('goes on at a keyframe, once half of the queue has been read', () => {
  const fixture = GateFixture.begun();
  fixture.judge(950);
  expect(fixture.judge(501, true)).toBe('leave-out');
  expect(fixture.judge(500)).toBe('leave-out');
  expect(fixture.judge(500, true)).toBe('send');
  expect(fixture.judge(600)).toBe('send');
});

it('sends away a player that leaves too much unread for too long', () => {
  const fixture = GateFixture.begun();
  fixture.nowMs = 1_000;
  fixture.judge(950);
  fixture.nowMs = 5_999;
  expect(fixture.judge(950)).toBe('leave-out');
  fixture.nowMs = 6_000;
  expect(fixture.judge(950)).toBe('too-slow');
});

it('is patient with one that has read and waits for a keyframe', () => {
  const fixture = GateFixture.begun();
  fixture.judge(950);
  fixture.nowMs = 4_000;
  fixture.judge(500);
  fixture.nowMs = 60_000;
  expect(fixture.judge(0)).toBe('leave-out');
  expect(fixture.judge(0, true)).toBe('send');
});

it('never sends what is larger than the queue, and does not wait for it for ever', () => {
  const fixture = GateFixture.begun();
  expect(fixture.judge(0, true, 1_001)).toBe('leave-out');
  expect(fixture.judge(0, true, 1_000)).toBe('send');
});
