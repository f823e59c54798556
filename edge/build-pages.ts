import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, type Rolldown } from 'vite';
import type { PageAsset, PageEntry } from './src/pages/page-asset.ts';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), 'src');

/** Every browser that has MediaSource with CMAF and the CSS used here; older ones get a sentence instead of a player. */
const BROWSER_TARGETS = ['chrome109', 'firefox115', 'safari16'];
/** What their licences want to be kept wherever they go, MIT and Apache-2.0. */
const NOTICES = [
  [/\/shaka-player\//, 'Shaka Player, Copyright Google LLC, Apache-2.0'],
  [/\/hls\.js\//, 'hls.js, Copyright (c) Dailymotion and others, Apache-2.0'],
  [/\/preact\//, 'Preact, Copyright (c) Jason Miller, MIT'],
  [/\/@preact\/signals/, 'Preact Signals, Copyright (c) Preact Team, MIT'],
  [/\/uplot\//, 'uPlot, Copyright (c) Leon Sorokin, MIT'],
  [/\/uqr\//, 'uqr, Copyright (c) Anthony Fu; QR Code generator, Copyright (c) Project Nayuki; MIT'],
] as const;

/** What plays a channel. */
const LIVE = ['player/player-view.ts', 'player/dash-engine.ts'] as const;
/** What a page begins with, and what it is going to load at once. */
const ENTRIES = {
  watch: { script: 'player/watch.ts', style: 'player/watch.css', soon: LIVE },
  recorded: {
    script: 'player/recorded.ts',
    style: 'player/watch.css',
    soon: ['player/recorded-view.ts', 'player/recorded-dash-engine.ts'],
  },
  embed: { script: 'player/embed.ts', style: 'player/embed.css', soon: LIVE },
  start: { script: 'player/recent.ts', style: 'player/watch.css', soon: [] },
  consoleApp: { script: 'console/main.tsx', style: 'console/console.css', soon: [] },
} as const;
type EntryName = keyof typeof ENTRIES;
const ENTRY_NAMES = ['watch', 'recorded', 'embed', 'start', 'consoleApp'] as const satisfies readonly EntryName[];

/** What pages of other sites load: the player, and nothing around it. */
const PLAYER = { name: 'player', script: 'player/player-element.ts' } as const;
/** Drawn in the SVG beside it, as Chromium shows that: previews of links take no SVG. */
const NO_PICTURE = 'embed/no-picture.jpg';

/** What several parts of the player need, and is too small for a file of its own: a file costs a request and 100 bytes. */
const SMALL_PARTS: Rolldown.CodeSplittingGroup = {
  name: 'small-parts',
  test: /src\/player\/(back-off|engine|page-actions|page-elements|recent-channels|slow-line|snapshot|status-reader|status-watch|wording|viewer-input)\.ts$|preload-helper/,
};

export interface BuiltPages {
  readonly assets: readonly PageAsset[];
  readonly entries: Readonly<Record<EntryName, PageEntry>>;
  /** The name of the file that has `<sluice-player>`, among the assets. */
  readonly player: string;
  /** The JPEG that stands for a channel that shows nothing, in base64. */
  readonly noPicture: string;
}

const CONTENT_TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' } as const;

/** Bundles all that runs in browsers. The same sources give the same files. */
export async function bundlePages(): Promise<BuiltPages> {
  const styles = Object.fromEntries(ENTRY_NAMES.map((name) => [styleName(name), join(SOURCE, ENTRIES[name].style)]));
  const pageScripts = Object.fromEntries(ENTRY_NAMES.map((name) => [name, join(SOURCE, ENTRIES[name].script)]));
  const scripts = { ...pageScripts, [PLAYER.name]: join(SOURCE, PLAYER.script) };
  const [chunks, sheets] = await Promise.all([bundled(scripts), bundled(styles)]);
  const modules = chunks.filter((output) => output.type === 'chunk');
  const assets: PageAsset[] = modules.map(({ fileName, code }) => asset(fileName, 'js', code));
  const entries = ENTRY_NAMES.map((name): [EntryName, PageEntry] => {
    const script = entryOf(name, modules);
    const soon = modules.filter((module) => isOneOf(module.facadeModuleId, ENTRIES[name].soon));
    const preloads = new Set([script, ...soon].flatMap((module) => withImports(module, modules)));
    preloads.delete(script.fileName);
    const style = styleOf(name, sheets);
    // Pages may share one.
    if (!assets.some(({ fileName }) => fileName === style.fileName)) assets.push(style);
    return [name, { script: script.fileName, style: style.fileName, preloads: [...preloads] }];
  });
  return {
    assets,
    entries: Object.fromEntries(entries) as Record<EntryName, PageEntry>,
    player: entryOf(PLAYER.name, modules).fileName,
    noPicture: (await readFile(join(SOURCE, NO_PICTURE))).toString('base64'),
  };
}

function entryOf(name: string, modules: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk {
  return only(modules, ({ isEntry, name: its }) => isEntry && its === name, `the script of ${name}`);
}

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;

async function bundled(input: Record<string, string>): Promise<readonly Output[]> {
  const config: InlineConfig = {
    configFile: false,
    envDir: false,
    root: SOURCE,
    // Addresses of modules are those that their importer is beside: pages of other sites load the player, too.
    base: './',
    publicDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: BROWSER_TARGETS,
      assetsDir: '',
      modulePreload: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: {
        input,
        // Pages of other sites may import what the player's module exports.
        preserveEntrySignatures: 'allow-extension',
        // That a busy machine took its time is nobody's fault.
        checks: { pluginTimings: false },
        output: {
          entryFileNames: '[name].[hash].js',
          chunkFileNames: '[name].[hash].js',
          assetFileNames: '[name].[hash][extname]',
          codeSplitting: { groups: [SMALL_PARTS] },
          postBanner: ({ moduleIds }) => noticeOf(moduleIds),
        },
      },
    },
  };
  const result = await build(config);
  if (!('output' in result)) throw new Error('Vite built something else than one bundle');
  return result.output;
}

function styleName(name: EntryName): string {
  return `${basename(ENTRIES[name].style, '.css')}-style`;
}

/** A script that is nothing but its style sheet comes out as that sheet, and an empty module. */
function styleOf(name: EntryName, sheets: readonly Output[]): PageAsset {
  const sheet = only(
    sheets,
    ({ type, fileName }) => type === 'asset' && fileName.startsWith(`${styleName(name)}.`),
    name,
  );
  if (sheet.type !== 'asset') throw new Error(`${name} has no style sheet`);
  return asset(sheet.fileName, 'css', text(sheet.source));
}

function asset(fileName: string, kind: keyof typeof CONTENT_TYPES, body: string): PageAsset {
  return { fileName: basename(fileName), contentType: CONTENT_TYPES[kind], body };
}

function noticeOf(moduleIds: readonly string[]): string {
  const notices = NOTICES.filter(([library]) => moduleIds.some((id) => library.test(id)));
  return notices.length === 0 ? '' : `/*! ${notices.map(([, notice]) => notice).join('; ')} */`;
}

/** What a browser would find out one file after the other. */
function withImports(module: Rolldown.OutputChunk, all: readonly Rolldown.OutputChunk[]): string[] {
  const imported = all.filter(({ fileName }) => module.imports.includes(fileName));
  return [module.fileName, ...imported.flatMap((each) => withImports(each, all))];
}

function isOneOf(moduleId: string | null, sources: readonly string[]): boolean {
  return sources.some((source) => moduleId === join(SOURCE, source));
}

function only<T>(all: readonly T[], isIt: (one: T) => boolean, what: string): T {
  const [found, another] = all.filter(isIt);
  if (found === undefined || another !== undefined) throw new Error(`there is not one ${what}`);
  return found;
}

function text(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}
