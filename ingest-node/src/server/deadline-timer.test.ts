import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DeadlineTimer } from './deadline-timer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const fired: number[] = [];
  const clockMs = () => performance.now();
  const startMs = clockMs();
  const timer = new DeadlineTimer(clockMs, () => fired.push(Math.floor(clockMs() - startMs)));
  return { timer, fired, set: (inMs: number) => timer.set(startMs + inMs) };
}

it('calls once at the deadline, and not before', () => {
  const { set, fired } = open();
  set(100);
  vi.advanceTimersByTime(99);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(fired).toEqual([101]);
  expect(vi.getTimerCount()).toBe(0);
});

it('sleeps on when the deadline has moved away, with one timer', () => {
  const { set, fired } = open();
  set(100);
  for (let atMs = 10; atMs <= 90; atMs += 10) {
    set(100 + atMs);
    expect(vi.getTimerCount()).toBe(1);
  }
  vi.advanceTimersByTime(189);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(5);
  expect(fired).toEqual([191]);
});

it('wakes earlier when the deadline has come nearer', () => {
  const { set, fired } = open();
  set(1_000);
  set(50);
  vi.advanceTimersByTime(60);
  expect(fired).toEqual([51]);
});

it('is still when there is no deadline, or it is cleared', () => {
  const { timer, set, fired } = open();
  set(100);
  set(Number.POSITIVE_INFINITY);
  expect(vi.getTimerCount()).toBe(0);
  set(100);
  timer.clear();
  vi.advanceTimersByTime(1_000);
  expect(fired).toEqual([]);
});

it('calls at once for a deadline that has passed', () => {
  const { set, fired } = open();
  set(-5);
  vi.advanceTimersByTime(1);
  expect(fired).toHaveLength(1);
});
