import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { hostPortText } from '../../functions/src/cli/doctor/host-port.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

const PROGRAM = fileURLToPath(new URL('../../functions/bin/sluice.mjs', import.meta.url));
const TOLD = { timeout: 30_000, interval: 500 };
const Reports = z.object({
  reports: z.array(
    z.object({
      about: z.string(),
      findings: z.array(z.object({ point: z.string(), verdict: z.string(), says: z.string() })),
    }),
  ),
});
const Live = z.object({
  broadcasts: z.array(
    z.object({ channelId: z.string(), health: z.object({ fps: z.number() }), renditions: z.array(z.unknown()).min(1) }),
  ),
});

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start();
});
afterAll(() => test?.[Symbol.asyncDispose]());

/** The program, for the system's operator. */
function sluice(...words: string[]): Promise<[exitCode: unknown, out: unknown]> {
  const all = [...words, '--url', test.system.controlUrl, '--data', test.dataDirectory, '--json'];
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...all], { env: {} }, (error, out, err) =>
      resolve([error?.code ?? 0, out === '' ? err : JSON.parse(out)]),
    );
  });
}

const target = (url: string) => hostPortText({ host: new URL(url).hostname, port: Number(new URL(url).port) });

it('finds a whole system as it should be: ports, handshakes, clocks, keys, and a playlist that grows', async () => {
  const { edgeUrl, rtmpUrl, rtmpsUrl, srtUrl, channelId } = test.system;
  test.publish();
  await untilLive(test.statusUrl);
  const targets = ['--edge', edgeUrl, '--rtmp', target(rtmpUrl), '--rtmps', target(rtmpsUrl), '--srt', target(srtUrl)];
  const [exitCode, out] = await sluice('doctor', ...targets, '--channel', channelId);
  const { reports } = Reports.parse(out);
  const findings = reports.flatMap(({ findings: found }) => found);
  // Where other tests have the cores a playlist may be late. It must not have stopped.
  const isLate = ({ point, verdict }: { point: string; verdict: string }) => point === 'playlist' && verdict === 'warn';
  expect(findings.filter((finding) => finding.verdict !== 'ok' && !isLate(finding))).toEqual([]);
  expect(exitCode).toBe(0);
  const points = reports.flatMap(({ about, findings: found }) =>
    found.map(({ point }) => `${about.split(' ', 1)[0]} ${point}`),
  );
  expect(points.sort()).toEqual(
    [
      ...['health', 'clock', 'token'].map((point) => `control ${point}`),
      ...['time', 'clock', 'version', 'CORS', 'guard', 'keys'].map((point) => `edge ${point}`),
      ...['channel status', 'channel playlist', 'RTMP port', 'RTMP handshake'],
      ...['RTMPS certificate', 'RTMPS port', 'RTMPS handshake', 'SRT handshake'],
    ].sort(),
  );

  await vi.waitFor(async () => {
    const [, live] = await sluice('live');
    expect(Live.safeParse(live).data?.broadcasts).toMatchObject([{ channelId }]);
  }, TOLD);
});
