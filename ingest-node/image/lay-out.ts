import { spawnSync } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isLeftOut } from './left-out.ts';
import type { InstalledPackage } from './package-tree.ts';

/** What of a workspace of ours is needed to run it. */
const OURS = ['package.json', 'src'];
/** Loading everything on a busy machine, or on one that imitates another processor. */
const LOAD_MS_MAX = 120_000;

export interface LayOutOptions {
  /** Where the packages are installed, without symbolic links. */
  readonly root: string;
  readonly packages: readonly InstalledPackage[];
  /** Must not be there yet. */
  readonly to: string;
}

/** Copies what the ingest node loads, and nothing else, with every package in its place. */
export function layOut({ root, packages, to }: LayOutOptions): void {
  for (const installed of packages) {
    const target = join(to, relative(root, installed.directory));
    for (const path of installed.isOurs ? filesOfOurs(installed) : filesOf(installed)) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      copyFileSync(join(installed.directory, path), join(target, path), constants.COPYFILE_FICLONE);
    }
    if (installed.isOurs) linkAsPackage(installed, target, to);
  }
}

/** Starts what was laid out as far as it goes without an environment. Throws when a module is missing. */
export function assertLoads(app: string, nodePath: string): void {
  const words = ['--disable-warning=ExperimentalWarning', join(app, 'ingest-node', 'src', 'main.ts')];
  const { stderr, error } = spawnSync(nodePath, words, { env: {}, encoding: 'utf8', timeout: LOAD_MS_MAX });
  if (error !== undefined) throw error;
  if (!stderr.startsWith('The environment is not complete'))
    throw new Error(`What was laid out does not load: ${stderr}`);
}

function filesOfOurs({ directory }: InstalledPackage): string[] {
  return OURS.flatMap((path) => (path.includes('.') ? [path] : filesBelow(directory, path)));
}

function filesOf(installed: InstalledPackage): string[] {
  return filesBelow(installed.directory, '').filter((path) => !isLeftOut(path, installed));
}

/** Paths with slashes, from `directory`. Packages inside of a package are packages of their own. */
function filesBelow(directory: string, below: string): string[] {
  return readdirSync(join(directory, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(directory, path);
    return entry.isFile() ? [path] : [];
  });
}

function linkAsPackage({ name }: InstalledPackage, target: string, to: string): void {
  const link = join(to, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), target), link);
}
