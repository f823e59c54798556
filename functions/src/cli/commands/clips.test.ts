import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID } from '../../broadcasts/broadcast-fixture.ts';
import { TestCli } from '../cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

const stringsOf = (json: unknown) => z.record(z.string(), z.unknown()).parse(json);

describe('sluice clips', () => {
  beforeEach(async () => {
    await cli.done('channels', 'create', 'studio');
    const segments = [{ renditionId: 'v720', firstMsn: 3, lastMsn: 6 }];
    const times = { fromMs: cli.app.nowMs - 30_500, toMs: cli.app.nowMs };
    const body = { broadcastId: BROADCAST_ID, ...times, isPrivate: false, segments, sizeBytes: 18_900_000 };
    cli.app.edge.answers.set('PUT', { status: 200, body });
  });

  it('cuts, lists and deletes them', async () => {
    const made = stringsOf(await cli.json('clips', 'create', 'studio', '--from', '-30s', '--label', 'the first goal'));
    const clipId = String(made.clipId);
    expect(cli.app.edge.callsBy('PUT')[0]?.body).toEqual({ fromMs: cli.app.nowMs - 30_000, toMs: cli.app.nowMs });
    expect(await cli.done('clips', 'list', 'studio')).toMatch(
      new RegExp(`^${clipId}  .*  31 s   18.9 MB  the first goal$`, 'm'),
    );
    expect(await cli.done('clips', 'show', clipId)).toContain(`/clip/${clipId}/index.m3u8\n`);
    await cli.done('clips', 'delete', clipId, '--yes');
    expect((await cli.refusal('clips', 'show', clipId))[0]).toBe(1);
  });

  it('takes times as people say them', async () => {
    await cli.done('clips', 'create', 'studio', '--from', '2026-10-31T23:59:30Z', '--to', '-5s');
    expect(cli.app.edge.callsBy('PUT')[0]?.body).toEqual({
      fromMs: cli.app.nowMs - 30_000,
      toMs: cli.app.nowMs - 5_000,
    });
    expect(await cli.refusal('clips', 'create', 'studio')).toEqual([
      2,
      expect.stringMatching(/--from is missing: where it begins/),
    ]);
    expect((await cli.refusal('clips', 'create', 'studio', '--from', 'then'))[1]).toMatch(
      /--from is a time: now, -30s/,
    );
  });
});
