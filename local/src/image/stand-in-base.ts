import { cp, mkdir, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Buildah } from './buildah.ts';
import { outputOf } from './program.ts';

/** The base of the image, by the name in the Dockerfile. */
export const BASE_NAME = 'docker.io/library/node:24-bookworm-slim';
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What Debian's slim images leave out, too (beside documentation that is no copyright file). */
const LEFT_OUT = [
  'var/cache/apt',
  'var/lib/apt/lists',
  'var/log',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
];

/**
 * A base under the official one's name, for a machine that reaches no registry of images: Debian by debootstrap, the Node
 * that this process runs, and the machine's npm, each where the official image has it. No Yarn, no corepack.
 */
export async function makeStandInBase(buildah: Buildah, directory: string): Promise<void> {
  const root = join(directory, 'base');
  // Of a run that was broken off.
  await rm(root, { recursive: true, force: true });
  await outputOf('debootstrap', ['--variant=minbase', 'bookworm', root]);
  await slim(root);
  await mkdir(join(root, 'usr/local/lib/node_modules'), { recursive: true });
  await cp(process.execPath, join(root, 'usr/local/bin/node'));
  await cp(await npmDirectory(), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  }
  await outputOf('chroot', [root, 'useradd', '--uid', '1000', '--user-group', '--create-home', 'node']);
  await buildah.commitDirectory(root, BASE_NAME, [PATH, `NODE_VERSION=${process.versions.node}`]);
  await rm(root, { recursive: true });
}

/** The npm of this machine, wherever its Node is: `npm` is a link to `bin/npm-cli.js` in its directory. */
async function npmDirectory(): Promise<string> {
  const program = (await outputOf('sh', ['-c', 'command -v npm'])).trim();
  return dirname(dirname(await realpath(program)));
}

async function slim(root: string): Promise<void> {
  for (const path of LEFT_OUT) await empty(join(root, path));
  const documents = join(root, 'usr/share/doc');
  for (const entry of await readdir(documents, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'copyright') await rm(join(entry.parentPath, entry.name));
  }
}

async function empty(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
}
