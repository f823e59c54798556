import { RESTREAM_STATES } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PushCourse, type PushEffect } from './push-course.ts';

const WHY = { reason: 'unreachable', sentence: 'Nobody is there.' } as const;
const ENDED = { reason: 'broadcast-ended', sentence: 'It has ended.' } as const;

function course(random = () => 1): PushCourse {
  return new PushCourse({ random, nowMs: 0 });
}

function effects(push: PushCourse): PushEffect[] {
  const all: PushEffect[] = [];
  for (let effect = push.poll(); effect !== undefined; effect = push.poll()) all.push(effect);
  return all;
}

function liveAt(nowMs: number): PushCourse {
  const push = course();
  push.packet(nowMs);
  push.accepted(nowMs);
  effects(push);
  return push;
}

describe('the course of a push', () => {
  it('waits for the publisher, connects, and is live when the target has taken something', () => {
    const push = course();
    expect([push.state, push.cause?.reason, push.deadlineMs]).toEqual(['waiting', 'publisher-absent', Infinity]);
    push.packet(10);
    push.packet(20);
    expect([push.state, push.sinceMs, effects(push)]).toEqual(['connecting', 10, ['open']]);
    push.accepted(500);
    push.packet(510);
    expect([push.state, push.sinceMs, push.cause, effects(push)]).toEqual(['live', 500, undefined, []]);
  });

  it('keeps its connection while the publisher is away, and goes on over it', () => {
    const push = liveAt(1_000);
    expect(push.deadlineMs).toBe(4_000);
    push.advance(3_999);
    expect(push.state).toBe('live');
    push.advance(4_000);
    expect([push.state, push.cause?.reason, push.deadlineMs]).toEqual(['waiting', 'publisher-absent', Infinity]);
    push.packet(60_000);
    expect([push.state, push.cause, effects(push)]).toEqual(['live', undefined, []]);
  });

  it('makes another connection when the one it kept is gone, once the publisher is back', () => {
    const push = liveAt(0);
    push.advance(3_000);
    push.failed(WHY, 20_000);
    expect([push.state, push.cause?.reason, effects(push)]).toEqual(['waiting', 'publisher-absent', []]);
    push.packet(20_500);
    expect([push.state, effects(push)]).toEqual(['waiting', []]);
    push.packet(21_000);
    expect([push.state, effects(push)]).toEqual(['connecting', ['open']]);
  });

  it('is not live when the publisher is back before the target has taken anything', () => {
    const push = course();
    push.packet(0);
    push.advance(3_000);
    expect(push.state).toBe('waiting');
    push.packet(4_000);
    expect([push.state, effects(push)]).toEqual(['connecting', ['open']]);
    push.advance(7_000);
    push.accepted(7_500);
    expect([push.state, push.cause?.reason]).toEqual(['waiting', 'publisher-absent']);
    push.packet(8_000);
    expect(push.state).toBe('live');
  });

  it('is tried again after a second, two, four, up to a minute, for as long as the publisher sends', () => {
    const push = course();
    const waitsMs: number[] = [];
    let nowMs = 0;
    for (let failures = 0; failures < 9; failures += 1) {
      push.packet(nowMs);
      expect(effects(push)).toEqual(['open']);
      push.failed(WHY, nowMs);
      expect([push.state, push.cause]).toEqual(['failing', WHY]);
      waitsMs.push(push.deadlineMs - nowMs);
      nowMs = push.deadlineMs;
      push.packet(nowMs - 1);
      push.advance(nowMs - 1);
      expect([push.state, effects(push)]).toEqual(['failing', []]);
      push.advance(nowMs);
    }
    expect(waitsMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('waits for the publisher instead, when that has left meanwhile', () => {
    const push = liveAt(0);
    for (let failures = 0; failures < 4; failures += 1) {
      push.failed(WHY, 0);
      push.packet(push.deadlineMs);
      push.advance(push.deadlineMs);
    }
    push.failed(WHY, 7_000);
    push.advance(push.deadlineMs);
    expect([push.state, push.cause?.reason]).toEqual(['waiting', 'publisher-absent']);
  });

  it.each([
    [29_999, 2_000],
    [30_000, 1_000],
  ])('after a connection that held %i ms waits %i ms', (heldMs, waitMs) => {
    const push = course();
    push.packet(0);
    push.failed(WHY, 0);
    push.packet(1_000);
    push.advance(1_000);
    push.accepted(1_000);
    push.packet(1_000 + heldMs);
    push.failed(WHY, 1_000 + heldMs);
    expect(push.deadlineMs - (1_000 + heldMs)).toBe(waitMs);
  });

  it('waits between a half and the whole of it, by chance', () => {
    const push = course(() => 0);
    push.packet(0);
    push.failed(WHY, 0);
    expect(push.deadlineMs).toBe(500);
  });

  it('makes a new connection at once where the source has changed', () => {
    const push = liveAt(0);
    push.sourceChanged(100);
    expect([push.state, push.cause?.reason, effects(push)]).toEqual([
      'connecting',
      'source-changed',
      ['close', 'open'],
    ]);
  });

  it('is not tried while the source is none for the target', () => {
    const push = liveAt(0);
    push.unsupported('It does not carry VP9.', 100);
    expect([push.state, push.cause, effects(push)]).toEqual([
      'unsupported',
      { reason: 'unsupported-codec', sentence: 'It does not carry VP9.' },
      ['close'],
    ]);
    push.unsupported('It does not carry VP9.', 200);
    push.packet(300);
    expect([push.state, effects(push)]).toEqual(['connecting', ['open']]);
  });

  it('ends once, and then nothing changes it', () => {
    const push = liveAt(0);
    push.stop(ENDED, 100);
    push.stop(WHY, 200);
    push.packet(300);
    push.unsupported('x', 300);
    push.accepted(300);
    push.failed(WHY, 300);
    push.sourceChanged(300);
    push.advance(1e9);
    expect([push.state, push.sinceMs, push.cause, effects(push), push.deadlineMs]).toEqual([
      'stopped',
      100,
      ENDED,
      ['close'],
      Infinity,
    ]);
  });

  it('whatever happens opens one connection at a time, and has a step for it', () => {
    const act = fc.constantFrom('packet', 'unsupported', 'accepted', 'failed', 'changed', 'deadline', 'stop');
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.integer({ min: 0, max: 5_000 })), { maxLength: 60 }), (acts) => {
        const push = course(Math.random);
        let nowMs = 0;
        let open = 0;
        for (const [what, afterMs] of acts) {
          nowMs += afterMs;
          if (what === 'packet') push.packet(nowMs);
          else if (what === 'unsupported') push.unsupported('x', nowMs);
          else if (what === 'accepted') push.accepted(nowMs);
          else if (what === 'failed') {
            if (open > 0) open -= 1;
            push.failed(WHY, nowMs);
          } else if (what === 'changed') push.sourceChanged(nowMs);
          else if (what === 'deadline') push.advance(nowMs);
          else if (afterMs > 4_000) push.stop(ENDED, nowMs);
          for (const effect of effects(push)) open += effect === 'open' ? 1 : -1;
          expect(open === 0 || open === 1).toBe(true);
          expect(RESTREAM_STATES).toContain(push.state);
          if (push.state === 'live' || push.state === 'connecting') expect(open).toBe(1);
          if (push.state === 'failing' || push.state === 'stopped' || push.state === 'unsupported')
            expect(open).toBe(0);
        }
      }),
    );
  });
});
