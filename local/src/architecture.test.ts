import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEASE_LIFE } from '../../edge/src/channel/lease.ts';
import { TOLD_LIFE } from '../../edge/src/events/told-life.ts';
import { MEDIALIVE_LIFE } from '../../functions/src/medialive/medialive-life.ts';
import { BROADCAST_LIFE } from '../../ingest-node/src/broadcast/broadcast-life.ts';
import { PUSH_LIFE } from '../../ingest-node/src/restream/push-life.ts';
import { SESSION_LIFE } from '../../ingest-node/src/rtmp/session-life.ts';
import { SRT_SESSION_LIFE } from '../../ingest-node/src/srt/srt-session-life.ts';
import { TRANSCODER_LIFE } from '../../ingest-node/src/transcode/transcoder-life.ts';
import { DEMO_LIFE } from './demo/demo-life.ts';
import { REGION_LIFE } from './regions/region-life.ts';

const ARCHITECTURE = readFileSync(new URL('../../docs/ARCHITECTURE.md', import.meta.url), 'utf8');

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The table that follows the mention of a source file: `| state | input, input → next; … |`, a row a state. */
function printedTable(sourceFile: string): Table {
  const [, after = ''] = ARCHITECTURE.split(`\`${sourceFile}\``);
  const rows = after.split('\n### ', 1)[0]?.matchAll(/^\| `([a-z-]+)` \|(.*)\|$/gm) ?? [];
  return Object.fromEntries([...rows].map(([, state = '', steps = '']) => [state, printedSteps(steps)]));
}

function printedSteps(text: string): Record<string, string> {
  const groups = text.split(';').map((group) => group.trim().split(' → '));
  const steps = groups.flatMap(([inputs = '', next = '']) =>
    inputs.split(', ').map((input) => [input, next.replaceAll('`', '')] as const),
  );
  return Object.fromEntries(steps.filter(([, next]) => next !== ''));
}

describe('docs/ARCHITECTURE.md prints the state tables as they are', () => {
  it.each<[string, Table]>([
    ['ingest-node/src/rtmp/session-life.ts', SESSION_LIFE],
    ['ingest-node/src/srt/srt-session-life.ts', SRT_SESSION_LIFE],
    ['ingest-node/src/broadcast/broadcast-life.ts', BROADCAST_LIFE],
    ['ingest-node/src/transcode/transcoder-life.ts', TRANSCODER_LIFE],
    ['ingest-node/src/restream/push-life.ts', PUSH_LIFE],
    ['edge/src/channel/lease.ts', LEASE_LIFE],
    ['edge/src/events/told-life.ts', TOLD_LIFE],
    ['functions/src/medialive/medialive-life.ts', MEDIALIVE_LIFE],
    ['local/src/demo/demo-life.ts', DEMO_LIFE],
    ['local/src/regions/region-life.ts', REGION_LIFE],
  ])('%s', (sourceFile, table) => {
    expect(printedTable(sourceFile)).toEqual(table);
  });
});
