import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FiguresLog } from './figures-log.ts';
import { Metrics } from './metrics.ts';

const Line = z.looseObject({ msg: z.literal('figures'), periodS: z.int() });
type Line = z.infer<typeof Line>;

let metrics: Metrics;
let lines: Line[];
let told: PromiseWithResolvers<void>;
let log: FiguresLog;
const slots = { count: 4, usedCount: 1, freeCount: 3 };

function start(periodMs: number): FiguresLog {
  const write = (line: string) => {
    lines.push(Line.parse(JSON.parse(line)));
    told.resolve();
  };
  // Whoever wants warnings only still gets figures.
  const logger = pino({ level: 'warn' }, { write });
  return new FiguresLog({ periodMs, metrics, slots: () => slots, logger });
}

beforeEach(() => {
  metrics = new Metrics();
  lines = [];
  told = Promise.withResolvers();
});
afterEach(() => log.close());

describe('the line of figures', () => {
  it('says how it is, and counts from zero', async () => {
    metrics.broadcasts.inc({ state: 'live' });
    metrics.encodeLag.set({ channel: 'one' }, 0.25);
    log = start(50);
    await told.promise;
    expect(lines[0]).toMatchObject({
      slots: 4,
      slotsUsed: 1,
      slotsFree: 3,
      broadcasts: 1,
      broadcastsAbsent: 0,
      encodeLagMsMax: 250,
      partsStored: 0,
      publishesRefused: 0,
    });
    // What was not measured is not there: nobody can draw a zero of it.
    expect(lines[0]).not.toHaveProperty('putMsMax');
  });

  it('tells what was counted since the one before', async () => {
    log = start(50);
    await told.promise;
    told = Promise.withResolvers();
    metrics.partsStored.inc(5);
    metrics.partsLost.inc();
    metrics.recentPuts.add(80);
    metrics.publishesRefused.inc({ code: 'server-full' }, 2);
    metrics.publishesRefused.inc({ code: 'unknown-stream-key' });
    metrics.warnings.inc({ code: 'cpu-overload' });
    await told.promise;
    expect(lines[1]).toMatchObject({
      partsStored: 5,
      partsLost: 1,
      putMsMax: 80,
      publishesRefused: 3,
      publishesRefusedNoRoom: 2,
      overloadWarnings: 1,
    });
    told = Promise.withResolvers();
    metrics.partsStored.inc(2);
    await told.promise;
    expect(lines[2]).toMatchObject({ partsStored: 2, publishesRefused: 0 });
  });

  it('comes a last time with what was counted, and says nothing of slots that are gone', async () => {
    log = start(3_600_000);
    metrics.partsStored.inc(3);
    await log.close();
    expect(lines).toMatchObject([{ partsStored: 3, isLast: true }]);
    expect(lines[0]).not.toHaveProperty('slots');
    expect(lines[0]).not.toHaveProperty('broadcasts');
  });
});
