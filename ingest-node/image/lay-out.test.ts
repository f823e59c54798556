import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertLoads, layOut } from './lay-out.ts';
import { LEFT_OUT_DEPENDENCIES } from './left-out.ts';
import { installedPackages } from './package-tree.ts';

const ROOT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
const WORKSPACES = ['contracts', 'ingest-node'];

describe('what is laid out for the image, of this very tree', () => {
  const packages = installedPackages({ root: ROOT, workspaces: WORKSPACES, leftOut: LEFT_OUT_DEPENDENCIES });
  let app = '';
  beforeAll(() => {
    app = join(mkdtempSync(join(tmpdir(), 'sluice-image-')), 'app');
    layOut({ root: ROOT, packages, to: app });
  });
  afterAll(() => rmSync(join(app, '..'), { recursive: true, force: true }));

  it('has no development dependency, no other workspace and no second Node', () => {
    const names = packages.map(({ name }) => name);
    for (const name of ['miniflare', 'selfsigned', 'node', 'wrangler', 'typescript', '@sluice/edge', 'werift']) {
      expect(names).not.toContain(name);
    }
    expect(existsSync(join(app, 'node_modules/node'))).toBe(false);
  });

  it('loads', () => assertLoads(app, process.execPath));

  it('is told when it does not', () => {
    const without = packages.filter(({ name }) => name !== 'pino');
    const to = join(app, '..', 'without');
    layOut({ root: ROOT, packages: without, to });
    expect(() => assertLoads(to, process.execPath)).toThrow(/does not load.*pino/s);
  });

  it.each(['transcode/child/main.ts', 'srt/receiver/main.ts', 'restream/child/main.ts'])(
    'loads its child %s, confined where this machine can',
    async (program) => {
      const source = join(app, 'ingest-node/src');
      const words = ['--disable-warning=ExperimentalWarning', join(source, 'transcode/confinement/launch.ts')];
      const child = spawn(process.execPath, [...words, join(source, program)], {
        env: {},
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      });
      let said = '';
      child.stderr?.on('data', (text) => {
        said += text;
      });
      // It ends when nobody is there to tell it what to do.
      for (const pipe of child.stdio.slice(3)) pipe?.destroy();
      await once(child, 'close');
      expect(said).not.toMatch(/Cannot find|ERR_MODULE|not confined/);
    },
  );
});
