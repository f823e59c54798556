import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build } from 'esbuild';

const EDGE = dirname(fileURLToPath(import.meta.url));
const BROWSER = join(EDGE, 'src', 'player');
const GENERATED_PAGES = join(EDGE, 'generated', 'pages.ts');
const WORKER_BUNDLE = join(EDGE, 'dist', 'worker.js');

/** Every browser that has MediaSource with CMAF and the CSS used here; older ones get a sentence instead of a player. */
const BROWSER_TARGETS = ['chrome109', 'firefox115', 'safari16'];
const JAVASCRIPT = 'text/javascript; charset=utf-8';
const FOR_BROWSERS: BuildOptions = { target: BROWSER_TARGETS, minify: true, charset: 'utf8' };
const WATCH_ENTRY = 'watch.ts';
/** What few viewers need is loaded when it is known that they do. */
const RARE_ENTRY = 'hls-engine.ts';
const PLAYERS_NOTICE =
  '/*! Players: Shaka Player, Copyright Google LLC; hls.js, Copyright (c) Dailymotion and others; both Apache-2.0 */';
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
  const [watch, watchStyle, indexScript] = await Promise.all([
    bundleWatchModules(),
    bundleAsset('watch.css', 'css', 'text/css; charset=utf-8'),
    bundleAsset('recent.ts', 'js', JAVASCRIPT),
  ]);
  await writeIfChanged(GENERATED_PAGES, pagesModule({ ...watch, watchStyle, indexScript }));
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

/** The watch page's script, and what it imports: the players, of which a browser needs one. */
async function bundleWatchModules(): Promise<{
  watchScript: PageAsset;
  watchModules: PageAsset[];
  preloads: string[];
}> {
  const result = await bundled({
    ...FOR_BROWSERS,
    entryPoints: [join(BROWSER, WATCH_ENTRY)],
    splitting: true,
    outdir: EDGE,
    entryNames: '[name].[hash]',
    chunkNames: '[name].[hash]',
    banner: { js: PLAYERS_NOTICE },
  });
  const modules = result.outputFiles.map(({ path, text }): PageAsset => {
    return { fileName: basename(path), contentType: JAVASCRIPT, body: text };
  });
  const outputs = Object.entries(result.metafile.outputs).map(([path, { entryPoint = '' }]) => ({
    fileName: basename(path),
    entry: basename(entryPoint),
  }));
  const watchName = outputs.find(({ entry }) => entry === WATCH_ENTRY)?.fileName;
  const watchScript = modules.find(({ fileName }) => fileName === watchName);
  if (watchScript === undefined) throw new Error('esbuild did not name the watch page’s script');
  const others = outputs.filter(({ entry }) => entry !== WATCH_ENTRY);
  const preloads = others.filter(({ entry }) => entry !== RARE_ENTRY).map(({ fileName }) => fileName);
  return { watchScript, watchModules: modules.filter((module) => module !== watchScript), preloads };
}

async function bundleAsset(entry: string, extension: 'js' | 'css', contentType: string): Promise<PageAsset> {
  const body = await bundle({
    ...FOR_BROWSERS,
    entryPoints: [join(BROWSER, entry)],
  });
  const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_HEX_CHARS);
  return { fileName: `${entry.replace(/\.(ts|css)$/, '')}.${hash}.${extension}`, contentType, body };
}

async function bundle(options: BuildOptions): Promise<string> {
  const [output] = (await bundled(options)).outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${String(options.entryPoints)}`);
  return output.text;
}

async function bundled(options: BuildOptions): Promise<BuildResult<{ write: false; metafile: true }>> {
  return await build({
    absWorkingDir: EDGE,
    bundle: true,
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    write: false,
    metafile: true,
  });
}

type Exported = PageAsset | readonly PageAsset[] | readonly string[];

function pagesModule(exported: Record<string, Exported>): string {
  const exports = Object.entries(exported).map(
    ([name, value]) => `export const ${name}: ${typeName(value)} = ${JSON.stringify(value)};\n`,
  );
  return [
    '// Written by edge/build.ts from src/player. Not kept in git.\n',
    'export interface PageAsset { readonly fileName: string; readonly contentType: string; readonly body: string }\n',
    ...exports,
  ].join('');
}

function typeName(value: Exported): string {
  if (!Array.isArray(value)) return 'PageAsset';
  return value.every((each) => typeof each === 'string') ? 'readonly string[]' : 'readonly PageAsset[]';
}

/** Leaves the file alone when it already reads so: watchers and caches go by its time of change. */
async function writeIfChanged(path: string, content: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === content) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

if (import.meta.main) await buildWorker();
