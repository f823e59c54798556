import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type ExportLab, startExportLab } from './export-lab.ts';

/** Starting workerd on a busy machine. */
const LAB_MS_MAX = 120_000;

/** What sockets and workerd hold of an answer that nobody reads: far less than this much media. */
const HELD_BYTES_MAX = 24 * 1024 * 1024;

interface Download {
  readonly sizeBytes: number;
  /** The last box of it, if it is whole. */
  readonly ending: string;
}

async function download(lab: ExportLab, segments: number): Promise<Download> {
  const answer = await fetch(`${lab.url}/export?segments=${segments}`);
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
  const bytes = Buffer.from(await answer.arrayBuffer());
  let ending = '';
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) ending = bytes.toString('latin1', at + 4, at + 8);
  return { sizeBytes: bytes.length, ending };
}

async function openDownload(url: string): Promise<IncomingMessage> {
  const request = get(url);
  const [answer]: IncomingMessage[] = await once(request, 'response');
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

describe('an export over HTTP, out of workerd', () => {
  it(
    'comes whole, with its tables at the end',
    async () => {
      await using lab = await startExportLab({ videoBitrateBps: 500_000 });
      const { sizeBytes, ending } = await download(lab, 20);
      expect(ending).toBe('moov');
      expect(sizeBytes).toBeGreaterThan(20 * lab.segmentBytes);
    },
    LAB_MS_MAX,
  );

  it(
    'breaks the connection where it cannot go on: no client takes what came for the file',
    async () => {
      await using lab = await startExportLab({ videoBitrateBps: 500_000, broken: 'v720/12' });
      await expect(download(lab, 20)).rejects.toThrow();
      expect(lab.asked.filter((name) => name === 'v720/12').length).toBe(4);
      expect(lab.asked).not.toContain('v720/15');
    },
    LAB_MS_MAX,
  );

  it(
    'waits for a client that does not read, and goes on when it does',
    async () => {
      await using lab = await startExportLab({ videoBitrateBps: 8_000_000 });
      const segments = 100;
      const slow = await openDownload(`${lab.url}/export?segments=${segments}`);
      slow.pause();
      // Whole downloads meanwhile, each as long as the one that waits.
      for (let other = 0; other < 3; other += 1) await download(lab, segments);
      const ofSlow = lab.asked.length - 3 * 2 * segments;
      expect((ofSlow / 2) * lab.segmentBytes).toBeLessThan(HELD_BYTES_MAX);
      let sizeBytes = 0;
      for await (const bytes of slow) sizeBytes += bytes.length;
      expect(slow.complete).toBe(true);
      expect(sizeBytes).toBeGreaterThan(segments * lab.segmentBytes);
    },
    LAB_MS_MAX,
  );
});
