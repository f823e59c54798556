import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const EDGE = dirname(fileURLToPath(import.meta.url));
const BROWSER = join(EDGE, 'src', 'pages', 'browser');
const GENERATED_PAGES = join(EDGE, 'generated', 'pages.ts');
const WORKER_BUNDLE = join(EDGE, 'dist', 'worker.js');

/** Every browser that has MediaSource with CMAF and the CSS used here; older ones get a sentence instead of a player. */
const BROWSER_TARGETS = ['chrome109', 'firefox115', 'safari16'];
/** 64 bits: enough to name a handful of files a deployment, short enough to read in a log. */
const HASH_HEX_CHARS = 16;

/** A file that a page refers to. The hash of its bytes is in its name, so it never changes under that name. */
interface PageAsset {
  readonly fileName: string;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Bundles what runs in the viewer's browser into `generated/pages.ts`, which the Worker's bundle takes in: the Worker
 * needs no assets binding, and one upload is one consistent version of all pages. Resolves with that file's path.
 */
export async function buildPages(): Promise<string> {
  const [watchScript, watchStyle, indexScript] = await Promise.all([
    bundleAsset('watch.ts', 'js', 'text/javascript; charset=utf-8'),
    bundleAsset('watch.css', 'css', 'text/css; charset=utf-8'),
    bundleAsset('recent.ts', 'js', 'text/javascript; charset=utf-8'),
  ]);
  await writeIfChanged(GENERATED_PAGES, pagesModule({ watchScript, watchStyle, indexScript }));
  return GENERATED_PAGES;
}

/** Bundles the whole edge for workerd into `dist/worker.js`, the pages included. */
export async function buildWorker(): Promise<{ path: string; code: string }> {
  await buildPages();
  const code = await bundle({
    entryPoints: [join(EDGE, 'src', 'worker.ts')],
    // workerd's own order; `browser` last because some packages mark their fetch-only build with nothing else.
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    target: 'es2024',
    // Kept readable: stack traces of the edge are read by people, and the bytes never travel to viewers.
    minify: false,
    charset: 'utf8',
  });
  await writeIfChanged(WORKER_BUNDLE, code);
  return { path: WORKER_BUNDLE, code };
}

async function bundleAsset(entry: string, extension: 'js' | 'css', contentType: string): Promise<PageAsset> {
  const body = await bundle({
    entryPoints: [join(BROWSER, entry)],
    target: BROWSER_TARGETS,
    minify: true,
    charset: 'utf8',
    banner:
      entry === 'watch.ts' ? { js: '/*! Contains hls.js, Copyright (c) Dailymotion and others, Apache-2.0 */' } : {},
  });
  const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_HEX_CHARS);
  return { fileName: `${entry.replace(/\.(ts|css)$/, '')}.${hash}.${extension}`, contentType, body };
}

async function bundle(options: BuildOptions): Promise<string> {
  const result = await build({
    absWorkingDir: EDGE,
    bundle: true,
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    write: false,
  });
  const output = result.outputFiles?.[0];
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${String(options.entryPoints)}`);
  return output.text;
}

function pagesModule(assets: Record<string, PageAsset>): string {
  const exports = Object.entries(assets).map(
    ([name, asset]) => `export const ${name}: PageAsset = ${JSON.stringify(asset)};\n`,
  );
  return [
    '// Written by edge/build.ts from src/pages/browser. Not kept in git.\n',
    'export interface PageAsset { readonly fileName: string; readonly contentType: string; readonly body: string }\n',
    ...exports,
  ].join('');
}

/** Leaves the file alone when it already reads so: watchers and caches go by its time of change. */
async function writeIfChanged(path: string, content: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === content) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

if (import.meta.main) await buildWorker();
