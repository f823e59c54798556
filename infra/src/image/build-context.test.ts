import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IgnoreStrategy } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** As the CDK does it for an image asset, in the manner of Docker. */
const ignored = IgnoreStrategy.docker(
  ROOT,
  readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
);

function isIn(path: string): boolean {
  return !ignored.ignores(join(ROOT, path));
}

function filesBelow(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Every module of ours that these name, and those that they name, in imports and as programs to start. */
function reached(entries: readonly string[]): string[] {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const source = readFileSync(join(ROOT, path), 'utf8');
    for (const [, named = ''] of source.matchAll(/'(\.{1,2}\/[^']*\.ts)'/g)) {
      waiting.push(relative(ROOT, resolve(ROOT, dirname(path), named)));
    }
  }
  return [...found];
}

describe('the build context of the ingest node’s image', () => {
  it('has what the Dockerfile copies, and the Dockerfile, which the CDK copies with it', () => {
    const named = ['package.json', 'package-lock.json', 'contracts/package.json', 'ingest-node/package.json'];
    for (const path of [...named, 'ingest-node/Dockerfile', 'ingest-node/image/main.ts']) expect(isIn(path)).toBe(true);
  });

  it('has every module that the node, its children, its health check and its papers load', () => {
    const entries = ['main.ts', 'operations/health-check.ts'].map((path) => `ingest-node/src/${path}`);
    const modules = reached([...entries, 'ingest-node/image/main.ts', 'contracts/src/index.ts']);
    expect(modules.length).toBeGreaterThan(300);
    expect(modules.filter((path) => !isIn(path))).toEqual([]);
  });

  it('has no test, no fixture and nothing of another workspace', () => {
    const sources = [...filesBelow('ingest-node'), ...filesBelow('contracts')].filter(isIn);
    expect(sources.filter((path) => /\.test\.ts$|fixture|ingest-node\/(fuzz|bench)/.test(path))).toEqual([]);
    const others = [
      'edge/src/worker.ts',
      'local/src/system.ts',
      'README.md',
      '.git/config',
      'node_modules/zod/index.js',
    ];
    expect(others.filter(isIn)).toEqual([]);
  });
});
