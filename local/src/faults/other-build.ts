import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OPTIONS_FILE = 'src/transcode/encoder-options.ts';
/** One reference frame more: other sequence and picture parameter sets, which is another init segment. */
const [OURS, THEIRS] = ['  ref: 1,', '  ref: 2,'];

/**
 * Makes another build of the ingest node, as a region has two of while they are being replaced, whose encoders make
 * streams that need another init segment. A copy of the source in `directory`, which must not be there yet; resolves
 * with the path of its main module.
 */
export async function otherBuild(directory: string): Promise<string> {
  const node = join(directory, 'ingest-node');
  await mkdir(directory);
  await cp(join(ROOT, 'ingest-node', 'src'), join(node, 'src'), { recursive: true });
  await cp(join(ROOT, 'ingest-node', 'package.json'), join(node, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  const path = join(node, OPTIONS_FILE);
  const source = await readFile(path, 'utf8');
  if (!source.includes(OURS)) throw new Error(`${OPTIONS_FILE} has no line "${OURS.trim()}" to be built otherwise`);
  await writeFile(path, source.replace(OURS, THEIRS));
  return join(node, 'src', 'main.ts');
}
