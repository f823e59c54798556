import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** What of a package.json decides where a package's dependencies are and under which licence it is. */
const Manifest = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  main: z.string().optional(),
  /** Text nowadays; packages of ten years ago have an object, or a list under `licenses`. */
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
  private: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** A package as it is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute, and no symbolic link. */
  readonly directory: string;
  /** `main` of its package.json; empty where it has none. */
  readonly main: string;
  /** An SPDX expression in the package's own words, or `undefined` where it says nothing. */
  readonly licence: string | undefined;
  /** Of this repository. */
  readonly isOurs: boolean;
}

export interface PackageTreeOptions {
  /** The directory that has `node_modules`. */
  readonly root: string;
  /** The directories of the packages to begin with, from the root. */
  readonly workspaces: readonly string[];
  /** Dependencies that are installed and never loaded, `package>dependency`. */
  readonly leftOut: ReadonlySet<string>;
}

/** A package is not installed that another one needs. */
export class PackageMissingError extends Error {
  override readonly name = 'PackageMissingError';
  constructor(dependent: string, dependency: string) {
    super(`${dependent} needs ${dependency}, which is not installed.`);
  }
}

/**
 * The workspaces and all packages that they can load, sorted by name and version. An optional dependency may be missing:
 * it is of another platform. Throws PackageMissingError for any other.
 */
export function installedPackages({ root, workspaces, leftOut }: PackageTreeOptions): InstalledPackage[] {
  const top = realpathSync(root);
  const found = new Map<string, InstalledPackage>();
  const waiting = workspaces.map((workspace) => join(top, workspace));
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    if (found.has(directory)) continue;
    const manifest = Manifest.parse(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')));
    found.set(directory, packageOf(manifest, directory));
    // npm lists an optional dependency in both.
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      if (leftOut.has(`${manifest.name}>${name}`)) continue;
      const dependency = directoryOf(name, directory, top);
      if (dependency !== undefined) waiting.push(dependency);
      else if (!(name in manifest.optionalDependencies)) throw new PackageMissingError(manifest.name, name);
    }
  }
  const byName = (a: InstalledPackage, b: InstalledPackage) =>
    a.name === b.name ? a.version.localeCompare(b.version) : a.name < b.name ? -1 : 1;
  return [...found.values()].sort(byName);
}

function packageOf(manifest: z.infer<typeof Manifest>, directory: string): InstalledPackage {
  const { name, version, main = '', license, licenses = [] } = manifest;
  const said = typeof license === 'string' ? license : license?.type;
  const listed = licenses.length === 0 ? undefined : licenses.map(({ type }) => type).join(' OR ');
  return { name, version, directory, main, licence: said ?? listed, isOurs: manifest.private === true };
}

/** Where Node finds a package: in `node_modules` of the directory, or of the nearest one above that has it. */
function directoryOf(name: string, from: string, top: string): string | undefined {
  for (let directory = from; directory.startsWith(top); directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name);
    if (statSync(join(candidate, 'package.json'), { throwIfNoEntry: false }) !== undefined) {
      return realpathSync(candidate);
    }
  }
  return undefined;
}
