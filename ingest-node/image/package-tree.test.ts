import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedPackages, PackageMissingError } from './package-tree.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-packages-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function install(path: string, manifest: object): void {
  const file = join(root, path, 'package.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: '1.0.0', ...manifest }));
}

function found(leftOut: readonly string[] = []): string[] {
  const packages = installedPackages({ root, workspaces: ['app'], leftOut: new Set(leftOut) });
  return packages.map(({ name, version }) => `${name}@${version}`);
}

describe('the packages that a workspace can load', () => {
  it('are those it depends on, and theirs, once each', () => {
    install('app', { name: 'app', dependencies: { a: '*', b: '*' } });
    install('node_modules/a', { name: 'a', dependencies: { b: '*' } });
    install('node_modules/b', { name: 'b', dependencies: { a: '*' } });
    install('node_modules/unused', { name: 'unused' });
    expect(found()).toEqual(['a@1.0.0', 'app@1.0.0', 'b@1.0.0']);
  });

  it('are the nearest of a name, as Node finds them', () => {
    install('app', { name: 'app', dependencies: { a: '*', b: '*' } });
    install('node_modules/a', { name: 'a', dependencies: { b: '*' } });
    install('node_modules/a/node_modules/b', { name: 'b', version: '2.0.0' });
    install('node_modules/b', { name: 'b' });
    expect(found()).toEqual(['a@1.0.0', 'app@1.0.0', 'b@1.0.0', 'b@2.0.0']);
  });

  it('follow the links of workspaces', () => {
    install('app', { name: 'app', dependencies: { other: '*' } });
    install('other', { name: 'other', private: true, dependencies: { a: '*' } });
    install('node_modules/a', { name: 'a' });
    symlinkSync('../other', join(root, 'node_modules/other'));
    expect(found()).toEqual(['a@1.0.0', 'app@1.0.0', 'other@1.0.0']);
  });

  it('lack what is of another platform, and what is left out', () => {
    install('app', { name: 'app', dependencies: { a: '*', heavy: '*' }, optionalDependencies: { 'a-win32': '*' } });
    install('node_modules/a', { name: 'a', dependencies: { heavy: '*' } });
    install('node_modules/heavy', { name: 'heavy' });
    expect(found(['a>heavy'])).toEqual(['a@1.0.0', 'app@1.0.0', 'heavy@1.0.0']);
    expect(found(['a>heavy', 'app>heavy'])).toEqual(['a@1.0.0', 'app@1.0.0']);
  });

  it('must be there otherwise', () => {
    install('app', { name: 'app', dependencies: { a: '*' } });
    expect(() => found()).toThrow(PackageMissingError);
    expect(() => found()).toThrow('app needs a, which is not installed.');
  });

  it.each([
    [{ license: 'MIT' }, 'MIT'],
    [{ license: { type: 'ISC', url: 'https://example.com' } }, 'ISC'],
    [{ licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }] }, 'MIT OR Apache-2.0'],
    [{}, undefined],
  ])('tell their licence as %j', (manifest, licence) => {
    install('app', { name: 'app', ...manifest });
    const [installed] = installedPackages({ root, workspaces: ['app'], leftOut: new Set() });
    expect(installed?.licence).toBe(licence);
  });
});
