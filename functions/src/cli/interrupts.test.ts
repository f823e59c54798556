import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { interruptsOf } from './interrupts.ts';

it('the first Ctrl-C asks for an end, and the second one is it', () => {
  const process = { signals: new EventEmitter(), atMs: 0, exits: [] as number[] };
  const stop = interruptsOf({
    signals: process.signals,
    nowMs: () => process.atMs,
    exit: (code) => process.exits.push(code),
  });
  expect(stop.aborted).toBe(false);
  process.signals.emit('SIGINT');
  // From the Node that handed over: it is the same one.
  process.atMs += 250;
  process.signals.emit('SIGINT');
  expect([stop.aborted, process.exits]).toEqual([true, []]);
  process.atMs += 1;
  process.signals.emit('SIGTERM');
  expect(process.exits).toEqual([130]);
});
