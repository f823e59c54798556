import { ChannelId } from '@sluice/contracts';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { BroadcastHealth } from '../health/broadcast-health.ts';
import { Metrics } from '../operations/metrics.ts';
import { STATS_AT_START as STATS } from '../transcode/fixtures/stats-at-start.ts';
import { BroadcastFigures } from './broadcast-figures.ts';

function figuresOf(metrics: Metrics): BroadcastFigures {
  const logger = pino({ level: 'silent' });
  const health = new BroadcastHealth({ channelId: ChannelId.parse('demo'), metrics, logger, tell: () => {} });
  return new BroadcastFigures(metrics, logger, health);
}

async function memory(metrics: Metrics): Promise<Record<string, number>> {
  const { values } = await metrics.transcoderMemory.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.kind), value]));
}

describe('the memory of transcoders', () => {
  const metrics = new Metrics();
  const [first, second] = [figuresOf(metrics), figuresOf(metrics)];

  it('is the sum over broadcasts, of what each last told', async () => {
    first.onStats({ ...STATS, residentBytes: 200, heapUsedBytes: 20, externalBytes: 2 });
    second.onStats({ ...STATS, residentBytes: 100, heapUsedBytes: 10, externalBytes: 1 });
    first.onStats({ ...STATS, residentBytes: 250, heapUsedBytes: 15, externalBytes: 2 });
    expect(await memory(metrics)).toEqual({ resident: 350, heap: 25, external: 3 });
  });

  it('goes with the transcoder', async () => {
    first.onTranscoderExit();
    expect(await memory(metrics)).toEqual({ resident: 100, heap: 10, external: 1 });
    second.onTranscoderExit();
    expect(await memory(metrics)).toEqual({ resident: 0, heap: 0, external: 0 });
  });
});
