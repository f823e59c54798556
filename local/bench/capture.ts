import { parseArgs } from 'node:util';
import { LatencyProfileName } from '@sluice/contracts';
import { spreadOf } from '../src/browser/playback-summary.ts';
import { captureChannel } from '../src/capture/capture.ts';
import { checkCapture, type RenditionResult } from '../src/capture/check-capture.ts';
import { partDelays } from '../src/capture/part-delay.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { milliseconds, printLine, printTable } from './table.ts';

/** Violations that are printed; the rest are only counted. */
const PRINTED_MAX = 20;

/** `capture [--seconds 60] [--profile low]`: captures every rendition and checks it; 1 when anything is not exact. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { seconds: { type: 'string', default: '60' }, profile: { type: 'string', default: 'low' } },
  });
  const profile = LatencyProfileName.parse(values.profile);
  await using test = await TestSystem.start({ profile });
  test.publish();
  await untilLive(test.statusUrl);
  printLine(`Capturing ${values.seconds} s of profile ${profile} ...`);
  const capture = await captureChannel({
    edgeUrl: test.system.edgeUrl,
    channelId: test.system.channelId,
    durationMs: Number(values.seconds) * 1_000,
  });
  const results = await checkCapture(capture);
  print(results);
  const { delaysMs, meaning } = partDelays(capture);
  const delay = spreadOf(delaysMs);
  printLine(
    `\n  part ${meaning} -> listed in a waiting client's hands: p50 ${milliseconds(delay.p50)}, p95 ${milliseconds(delay.p95)}, max ${milliseconds(delay.max)} (${delay.count} parts)`,
  );
  return results.every(({ violations }) => violations.length === 0) ? 0 : 1;
}

function print(results: readonly RenditionResult[]): void {
  printTable(
    ['rendition', 'format', 'playlists', 'segments', 'parts', 'frames decoded', 'violations'],
    results.map((result) => [
      result.name,
      result.format,
      String(result.playlistCount),
      String(result.segmentCount),
      String(result.partCount),
      String(result.frameCount),
      String(result.violations.length),
    ]),
  );
  const violations = results.flatMap((result) => result.violations);
  for (const { rule, where, detail } of violations.slice(0, PRINTED_MAX)) printLine(`  ${rule}: ${where}: ${detail}`);
  if (violations.length > PRINTED_MAX) printLine(`  ... and ${violations.length - PRINTED_MAX} more`);
}
