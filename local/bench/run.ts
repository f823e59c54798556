import { pathToFileURL } from 'node:url';

/** `npm run bench -- NAME [options]`. Each benchmark exports `run(words)`, which resolves with the exit code. */
const BENCHMARKS: Readonly<Record<string, string>> = {
  cost: new URL('./cost.ts', import.meta.url).href,
  export: new URL('./export.ts', import.meta.url).href,
  image: new URL('./image.ts', import.meta.url).href,
  edge: new URL('./edge.ts', import.meta.url).href,
  demand: new URL('./demand.ts', import.meta.url).href,
  latency: new URL('./latency.ts', import.meta.url).href,
  capture: new URL('./capture.ts', import.meta.url).href,
  faults: new URL('./faults.ts', import.meta.url).href,
  kills: new URL('./kills.ts', import.meta.url).href,
  neighbours: new URL('./neighbours.ts', import.meta.url).href,
  memory: new URL('./memory.ts', import.meta.url).href,
  switches: new URL('./switches.ts', import.meta.url).href,
  viewers: new URL('./viewers.ts', import.meta.url).href,
  playlists: new URL('./playlists.ts', import.meta.url).href,
  figures: new URL('./figures.ts', import.meta.url).href,
  pages: new URL('./pages.ts', import.meta.url).href,
  regions: new URL('./regions.ts', import.meta.url).href,
  recordings: new URL('./recordings.ts', import.meta.url).href,
  flood: pathToFileURL(`${import.meta.dirname}/../../ingest-node/bench/flood.ts`).href,
  resting: pathToFileURL(`${import.meta.dirname}/../../ingest-node/bench/resting.ts`).href,
  tour: new URL('./tour.ts', import.meta.url).href,
  transcode: pathToFileURL(`${import.meta.dirname}/../../ingest-node/bench/transcode.ts`).href,
};

const [name = '', ...words] = process.argv.slice(2);
const address = BENCHMARKS[name];
if (address === undefined) {
  process.stderr.write(`There is no benchmark "${name}". There is: ${Object.keys(BENCHMARKS).join(', ')}.\n`);
  process.exitCode = 1;
} else {
  const { run }: { run: (words: readonly string[]) => Promise<number> } = await import(address);
  process.exitCode = await run(words);
}
