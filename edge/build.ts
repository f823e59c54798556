import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type BuiltPages, bundlePages } from './build-pages.ts';

const EDGE = dirname(fileURLToPath(import.meta.url));
const GENERATED_PAGES = join(EDGE, 'generated', 'pages.ts');
const WORKER_BUNDLE = join(EDGE, 'dist', 'worker.js');

/**
 * Bundles what runs in browsers into `generated/pages.ts`, which the Worker's bundle takes in: the Worker needs no assets
 * binding, and one upload is one consistent version of all pages (docs/adr/0006). Resolves with that file's path.
 */
export async function buildPages(): Promise<string> {
  await writeIfChanged(GENERATED_PAGES, pagesModule(await bundlePages()));
  return GENERATED_PAGES;
}

/** Bundles the whole edge for workerd into `dist/worker.js`, the pages included. */
export async function buildWorker(): Promise<{ path: string; code: string }> {
  await buildPages();
  const { outputFiles } = await build({
    absWorkingDir: EDGE,
    entryPoints: [join(EDGE, 'src', 'worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    // workerd's own order; `browser` last because some packages mark their fetch-only build with nothing else.
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    target: 'es2024',
    // Kept readable: stack traces of the edge are read by people, and the bytes never travel to viewers.
    minify: false,
    charset: 'utf8',
  });
  const code = outputFiles[0]?.text;
  if (code === undefined) throw new Error('esbuild wrote no Worker');
  await writeIfChanged(WORKER_BUNDLE, code);
  return { path: WORKER_BUNDLE, code };
}

function pagesModule({ assets, entries, player, noPicture }: BuiltPages): string {
  return [
    '// Written by edge/build.ts from src/player and src/console. Not kept in git.',
    "import type { PageAsset, PageEntry } from '../src/pages/page-asset.ts';",
    `export const assets: readonly PageAsset[] = ${JSON.stringify(assets)};`,
    `export const playerModule: string = ${JSON.stringify(player)};`,
    `export const noPicture: string = ${JSON.stringify(noPicture)};`,
    ...Object.entries(entries).map(([name, entry]) => `export const ${name}: PageEntry = ${JSON.stringify(entry)};`),
    '',
  ].join('\n');
}

/** Leaves the file alone when it already reads so: watchers and caches go by its time of change. */
async function writeIfChanged(path: string, content: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === content) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

if (import.meta.main) await buildWorker();
