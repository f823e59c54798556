import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { LatencyProfileName } from '@sluice/contracts';
import { TestBroadcast, V720 } from '../../edge/src/testing/test-broadcast.ts';
import { LiveWindow } from '../../edge/src/window/live-window.ts';
import { mediaPlaylist } from '../../edge/src/window/media-playlist.ts';
import type { RenditionWindow } from '../../edge/src/window/rendition-window.ts';
import { spreadOf } from '../src/browser/playback-summary.ts';
import { milliseconds, printLine, printTable } from './table.ts';

const WINDOWS: readonly (readonly [name: string, lengthS: number])[] = [
  ['5 min', 300],
  ['1 h', 3_600],
  ['12 h', 43_200],
];
/** How often a playlist is written while it is measured; a part comes before each. */
const ROUNDS = 60;

/** `playlists [--profile ultra]`: what one rendition's playlists cost, by the length of the window. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { profile: { type: 'string', default: 'ultra' } } });
  const profile = LatencyProfileName.parse(values.profile);
  printLine(`Profile ${profile} at 30 fps, one video rendition; a part is announced before each playlist is written.`);
  printTable(
    ['window', 'segments', 'state', 'whole', 'first', 'then p50', 'p95', 'delta', 'p50', 'p95', 'delta / whole'],
    WINDOWS.map(([name, lengthS]) => [name, ...measure(profile, lengthS)]),
  );
  return 0;
}

function measure(profile: LatencyProfileName, lengthS: number): string[] {
  const feed = new Feed(profile, lengthS);
  const { window, own } = feed;
  const firstMs = timed(() => mediaPlaylist(window, own));
  const whole = feed.rounds(() => mediaPlaylist(window, own));
  const delta = feed.rounds(() => mediaPlaylist(window, own, { skip: 'v2' }));
  return [
    String(own.segmentCount),
    bytes(JSON.stringify(own.state())),
    bytes(mediaPlaylist(window, own)),
    milliseconds(firstMs),
    ...[whole.p50, whole.p95].map(milliseconds),
    bytes(mediaPlaylist(window, own, { skip: 'v2' })),
    ...[delta.p50, delta.p95].map((ms) => `${ms.toFixed(3)} ms`),
    `1 / ${Math.round(whole.p50 / delta.p50)}`,
  ];
}

/** A broadcast that fills a window, and goes on. */
class Feed {
  readonly window: LiveWindow;
  readonly own: RenditionWindow;
  readonly #broadcast: TestBroadcast;
  #ordinal = 0;

  constructor(profile: LatencyProfileName, lengthS: number) {
    this.#broadcast = new TestBroadcast({ profile, renditionIds: [V720] });
    this.window = new LiveWindow({ description: this.#broadcast.description, dvrWindowS: lengthS });
    const own = this.window.renditions.get(V720);
    if (own === undefined) throw new Error('there is one rendition');
    this.own = own;
    const { framesPerPart, frameRate } = this.#broadcast.grid;
    // A little more than it holds.
    const partCount = Math.ceil(((lengthS + 30) * frameRate.num) / (frameRate.den * framesPerPart));
    while (this.#ordinal < partCount) this.#part();
  }

  /** How long it takes, each time after one more part. */
  rounds(write: () => unknown): { readonly p50: number; readonly p95: number } {
    const tookMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      this.#part();
      tookMs.push(timed(write));
    }
    return spreadOf(tookMs);
  }

  #part(): void {
    this.window.append([this.#broadcast.part(this.#ordinal, V720)]);
    this.#ordinal += 1;
  }
}

function timed(act: () => unknown): number {
  const beginMs = performance.now();
  act();
  return performance.now() - beginMs;
}

function bytes(text: string): string {
  const sizeBytes = new TextEncoder().encode(text).length;
  return sizeBytes < 10_000 ? `${sizeBytes} B` : `${(sizeBytes / 1_000).toFixed(0)} kB`;
}
