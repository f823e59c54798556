import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import type { DebianPackage } from './debian-packages.ts';
import { type FFmpegInfo, ffmpegLicence, linkedLibraries } from './ffmpeg-libraries.ts';
import type { InstalledPackage } from './package-tree.ts';

/** What `npm sbom` tells of the packages (CycloneDX 1.5, https://cyclonedx.org/docs/1.5/json/); all else is handed on. */
const NpmBill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.5'),
  metadata: z.looseObject({}),
  components: z.array(
    z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string(), purl: z.string() }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
export type NpmBill = z.infer<typeof NpmBill>;

const SBOM_MS_MAX = 120_000;
const SBOM_BYTES_MAX = 64 * 1024 * 1024;
const OURS = '@sluice/ingest-node';

/** Asks npm for the bill of what is installed for the ingest node below `root`. Throws with npm's own words. */
export function askNpm(root: string): NpmBill {
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--workspace', OURS];
  const { stdout, stderr, status, error } = spawnSync('npm', words, {
    cwd: root,
    encoding: 'utf8',
    timeout: SBOM_MS_MAX,
    maxBuffer: SBOM_BYTES_MAX,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`npm sbom: ${stderr}`);
  return NpmBill.parse(JSON.parse(stdout));
}

/** Everything that is in the image, or in a tree of the same packages. */
export interface Contents {
  readonly packages: readonly InstalledPackage[];
  readonly ffmpeg: FFmpegInfo;
  readonly nodeVersion: string;
  /** Empty for a tree that is in no image. */
  readonly debian: readonly DebianPackage[];
}

/** npm's bill without what is left out, and with what npm knows nothing of: Node, FFmpeg and its libraries, Debian's. */
export function billOfMaterials(npm: NpmBill, contents: Contents): NpmBill {
  const kept = new Set(contents.packages.map(({ name, version }) => `${name}@${version}`));
  const components = npm.components.filter((component) => kept.has(component['bom-ref']));
  const ffmpeg = ffmpegComponents(contents.ffmpeg);
  const added = [nodeComponent(contents.nodeVersion), ...ffmpeg, ...contents.debian.map(debianComponent)];
  const [whole, ...libraries] = ffmpeg.map((component) => component['bom-ref']);
  const inside = new Map(whole === undefined ? [] : [[whole, libraries]]);
  const dependencies = npm.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => {
      const native = whole !== undefined && ref.startsWith('@seydx/node-av-') ? [whole] : [];
      return { ref, dependsOn: [...dependsOn.filter((dependency) => kept.has(dependency)), ...native] };
    });
  const ofAdded = [...inside].map(([ref, dependsOn]) => ({ ref, dependsOn }));
  return {
    ...npm,
    metadata: { ...npm.metadata, component: { type: 'container', 'bom-ref': 'image', name: 'sluice-ingest-node' } },
    components: [...components, ...added],
    dependencies: [...dependencies, ...ofAdded],
  };
}

function nodeComponent(version: string) {
  const licenses = [{ license: { id: 'MIT' } }];
  const ref = `node@${version}`;
  return { 'bom-ref': ref, type: 'platform', name: 'node', version, purl: `pkg:generic/${ref}`, licenses };
}

/** FFmpeg first. Its libraries' versions are not told by anything, so they have none. */
function ffmpegComponents({ version, configuration }: FFmpegInfo) {
  const libraries = linkedLibraries(configuration);
  const whole = { name: 'FFmpeg', version, licence: ffmpegLicence(configuration) };
  return [whole, ...libraries.map((library) => ({ ...library, version: '' }))].map(({ name, version, licence }) => ({
    'bom-ref': `ffmpeg:${name}`,
    type: 'library',
    name,
    version,
    purl: `pkg:generic/${encodeURIComponent(name.toLowerCase())}${version === '' ? '' : `@${version}`}`,
    ...(licence === undefined ? {} : { licenses: [{ expression: licence }] }),
  }));
}

function debianComponent({ name, version, architecture }: DebianPackage) {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
  return { 'bom-ref': purl, type: 'library', name, version, purl };
}
