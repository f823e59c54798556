import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IngestNodes } from '../ingest-nodes.ts';
import { freePorts } from '../ports.ts';
import { commandOf } from '../process-list.ts';
import { Region, type RegionNews } from './region.ts';

const CHECK = { intervalMs: 50, timeoutMs: 50, healthyCountMin: 2, unhealthyCountMin: 2 };
const SEEN = { timeout: 30_000, interval: 20 };
const MAIN = fileURLToPath(new URL('./region-node-fixture.ts', import.meta.url));

describe('a region', () => {
  let directory: string;
  let region: Region | undefined;
  let news: RegionNews[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-region-'));
    news = [];
  });
  afterEach(async () => {
    await region?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  async function start(restartAfterMs?: number): Promise<Region> {
    const url = 'http://127.0.0.1:9';
    const nodes = new IngestNodes({
      addresses: { controlUrl: url, edgeUrl: url, s3Endpoint: url },
      bucket: { name: 'media', endpoint: url, accessKeyId: 'id', secretAccessKey: 'secret' },
      nodeToken: 'token',
      dataDirectory: directory,
      logLevel: 'silent',
      log: 'ignore',
      rest: undefined,
      arePrivateTargetsAllowed: false,
    });
    const onNews = (_: Region, told: RegionNews) => news.push(told);
    const ports = await freePorts();
    region = await Region.start({ name: 'near', ports, nodes, main: MAIN, check: CHECK, restartAfterMs, onNews });
    await untilState('healthy');
    return region;
  }

  async function untilState(state: string): Promise<void> {
    await vi.waitFor(() => expect(region?.state).toBe(state), SEEN);
  }

  /** The child that its node has. */
  async function childOf({ metricsUrl }: Region): Promise<number> {
    return Number(await (await fetch(metricsUrl)).text());
  }

  it('that is killed is gone with everything in it, and stays away until it is started', async () => {
    const near = await start();
    const child = await childOf(near);
    await near.kill();
    await vi.waitFor(async () => expect(await commandOf(child).catch(() => '')).toBe(''), SEEN);
    await untilState('unhealthy');
    expect(near.pid).toBeUndefined();
    // Twice at once is once.
    await Promise.all([near.start(), near.start()]);
    await untilState('healthy');
    const kinds = news.map((told) => (told.kind === 'changed' ? told.state : told.kind));
    expect(kinds.filter((kind) => kind === 'started')).toHaveLength(1);
    expect(kinds).toContain('ended');
  });

  it('that lost its node gets another one by itself, if it is to', async () => {
    const near = await start(0);
    const before = near.pid;
    await near.kill();
    await vi.waitFor(() => expect(near.pid ?? before).not.toBe(before), SEEN);
    await untilState('healthy');
  });

  it('that hangs without an answer is not ready, and is again when it answers', async () => {
    const near = await start();
    const { pid = 0 } = near;
    process.kill(pid, 'SIGSTOP');
    await untilState('unhealthy');
    process.kill(pid, 'SIGCONT');
    await untilState('healthy');
    expect(near.pid).toBe(pid);
  });
});
