import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { askNpm, billOfMaterials, type Contents } from './bill-of-materials.ts';
import { debianPackages } from './debian-packages.ts';
import { askFFmpeg } from './ffmpeg-libraries.ts';
import { assertLoads, layOut } from './lay-out.ts';
import { LEFT_OUT_DEPENDENCIES } from './left-out.ts';
import { licenceList } from './licence-list.ts';
import { installedPackages } from './package-tree.ts';

/**
 * What the image's build runs, and `npm run sbom` on a laptop:
 *
 * `image --from DIR --debian ROOT --to OUT` copies the ingest node out of an installed tree into OUT/app, tries that it
 * loads, and writes its papers into OUT/doc. `papers --from DIR --to OUT` writes those of an installed tree alone.
 */

const USAGE = 'image --from DIR --debian ROOT --to OUT, or papers --from DIR --to OUT';
const WORKSPACES = ['contracts', 'ingest-node'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string' }, to: { type: 'string' }, debian: { type: 'string' } },
});
const [command] = positionals;
const { from, to, debian } = values;
if (from === undefined || to === undefined) fail(USAGE);
else if (command === 'image' && debian !== undefined) writeImage(from, to, debian);
else if (command === 'papers') writePapers(from, { app: resolve(from), directory: resolve(to), debian: undefined });
else fail(USAGE);

function writeImage(from: string, to: string, debian: string): void {
  const app = resolve(to, 'app');
  layOut({ root: realpathSync(from), packages: packagesOf(from), to: app });
  assertLoads(app, process.execPath);
  writePapers(from, { app, directory: resolve(to, 'doc'), debian });
}

interface Papers {
  readonly app: string;
  readonly directory: string;
  readonly debian: string | undefined;
}

function writePapers(from: string, { app, directory, debian }: Papers): void {
  const contents: Contents = {
    packages: packagesOf(from),
    ffmpeg: askFFmpeg(app, process.execPath),
    nodeVersion: process.versions.node,
    debian: debian === undefined ? [] : debianPackages(debian),
  };
  const bill = billOfMaterials(askNpm(from), contents);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'sbom.cdx.json'), `${JSON.stringify(bill, undefined, 1)}\n`);
  writeFileSync(join(directory, 'LICENCES.md'), `${licenceList(contents)}\n`);
  process.stdout.write(`${bill.components.length} components: ${join(directory, 'sbom.cdx.json')}, LICENCES.md\n`);
}

function packagesOf(from: string) {
  return installedPackages({ root: from, workspaces: WORKSPACES, leftOut: LEFT_OUT_DEPENDENCIES });
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
