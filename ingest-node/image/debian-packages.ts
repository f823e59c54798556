import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of the operating system below. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** As its copyright file names them (DEP-5 short names); empty where that file is prose. */
  readonly licences: readonly string[];
}

/** What dpkg has installed below `root`, sorted by name. Throws Node's own error when there is no dpkg. */
export function debianPackages(root: string): DebianPackage[] {
  return readStatus(readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8'), (name) => copyright(root, name));
}

/** Reads dpkg's status file (deb-control(5)): blocks of `Field: value`. */
export function readStatus(status: string, copyrightOf: (name: string) => string): DebianPackage[] {
  return status
    .split(/\n{2,}/)
    .filter((block) => /^Status: \S+ \S+ installed$/m.test(block))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(block)?.[1] ?? '';
      const name = field('Package');
      const licences = shortNames(copyrightOf(name));
      return { name, version: field('Version'), architecture: field('Architecture'), licences };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Only files in the machine-readable form say so in their first lines. */
function shortNames(copyright: string): string[] {
  if (!/^Format(-Specification)?:/im.test(copyright)) return [];
  const names = [...copyright.matchAll(/^License:[ \t]*(\S[^\n]*)$/gim)].map(([, name = '']) => name.trim());
  return [...new Set(names)].sort();
}

function copyright(root: string, name: string): string {
  try {
    return readFileSync(join(root, 'usr/share/doc', name, 'copyright'), 'utf8');
  } catch {
    return '';
  }
}
