import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Buildah, type BuiltImage } from '../src/image/buildah.ts';
import { ImageTrial } from '../src/image/image-trial.ts';
import { outputOf, runProgram } from '../src/image/program.ts';
import { BASE_NAME, makeStandInBase } from '../src/image/stand-in-base.ts';
import { TestSystem } from '../src/test-system.ts';
import { milliseconds, printLine, printTable } from './table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IMAGE = 'localhost/sluice-ingest-node:bench';
const MIB = 1024 * 1024;
const PACKAGES = ['buildah', 'crun', 'debootstrap', 'ffmpeg'];

/**
 * `image [--keep DIR] [--screenshot FILE]`: builds the ingest node's image without a Docker engine and shows what it
 * promises, in a running container. Needs root, and buildah, crun, debootstrap and ffmpeg of Debian's. What was built is
 * kept in DIR, where the next run finds the base.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { keep: { type: 'string' }, screenshot: { type: 'string' } },
  });
  const missing = await whatIsMissing();
  if (missing !== '') {
    printLine(`  This needs root, and the packages ${PACKAGES.join(', ')} of Debian’s. Missing: ${missing}.`);
    return 1;
  }
  await using owned = new AsyncDisposableStack();
  const directory = values.keep ?? (await mkdtemp(join(tmpdir(), 'sluice-image-')));
  await mkdir(directory, { recursive: true });
  if (values.keep === undefined) owned.defer(() => rm(directory, { recursive: true, force: true }));
  const image = await build(directory);
  await printSizes(image);
  const runs = await mkdtemp(join(directory, 'run-'));
  const trial = new ImageTrial({ image, directory: runs, test: owned.use(await TestSystem.start()), tell: step });
  try {
    await trial.go(values.screenshot ?? join(directory, 'watch-page.png'));
    printLine('  All was as it should be.');
    return 0;
  } catch (error) {
    printLine(`  NOT SO: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function whatIsMissing(): Promise<string> {
  const programs = [...PACKAGES, 'unshare', 'nsenter'];
  const codes = await Promise.all(
    programs.map(async (program) => (await runProgram('sh', ['-c', `command -v ${program}`])).code),
  );
  const isRoot = process.getuid?.() === 0;
  return [...(isRoot ? [] : ['root']), ...programs.filter((_, index) => codes[index] !== 0)].join(', ');
}

async function build(directory: string): Promise<BuiltImage> {
  const buildah = new Buildah(directory);
  if (!(await buildah.has(BASE_NAME))) {
    printLine(`  A stand-in for ${BASE_NAME} is made (debootstrap, Node ${process.versions.node}).`);
    await makeStandInBase(buildah, directory);
  }
  const beganMs = performance.now();
  const dockerfile = join(ROOT, 'ingest-node/Dockerfile');
  await buildah.build({ dockerfile, context: ROOT, name: IMAGE, mounts: await npmMounts() });
  step('the image is built from the Dockerfile as it is', milliseconds(performance.now() - beganMs));
  return await buildah.unpack(IMAGE);
}

/** How this machine's npm reaches its registry, for the time of the build alone. */
async function npmMounts(): Promise<string[]> {
  const setting = async (name: string) =>
    (await outputOf('npm', ['config', 'get', name], { directory: homedir() })).trim();
  const authorities = await setting('cafile');
  const mounts = [
    // The Dockerfile's own folder for the build: npm reads it as the project's.
    [await setting('userconfig'), '/build/.npmrc'],
    [await setting('globalconfig'), '/usr/local/etc/npmrc'],
    [authorities, authorities],
  ];
  const isThere = await Promise.all(
    mounts.map(([from = '']) =>
      outputOf('test', ['-f', from]).then(
        () => true,
        () => false,
      ),
    ),
  );
  return mounts.filter((_, index) => isThere[index]).map(([from, to]) => `${from}:${to}:ro`);
}

async function printSizes({ root, layerBytes }: BuiltImage): Promise<void> {
  const parts = [
    'usr/local/bin/node',
    'app/node_modules/@seydx',
    'app/node_modules',
    'app/ingest-node',
    'app/contracts',
  ];
  const bytes = await Promise.all(
    ['', ...parts].map(async (part) => Number((await outputOf('du', ['-sb', join(root, part)])).split('\t')[0])),
  );
  const rows = ['all of it', ...parts].map((part, index) => [part, ((bytes[index] ?? 0) / MIB).toFixed(1)]);
  printTable(['in the image', 'MiB'], rows);
  const packed = Number(await outputOf('sh', ['-c', 'tar -c -C "$1" . | gzip -6 | wc -c', 'sh', root]));
  printLine(
    `  layers ${layerBytes.map((size) => (size / MIB).toFixed(1)).join(' + ')} MiB; as one gzip ${(packed / MIB).toFixed(1)} MiB`,
  );
}

function step(what: string, shown: string): void {
  printLine(`  ${what}: ${shown}`);
}
