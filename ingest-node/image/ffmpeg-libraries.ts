import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

/** What FFmpeg inside of node-av says of itself. */
const FFmpegInfo = z.object({
  version: z.string().min(1),
  /** The words of its `configure`. */
  configuration: z.string(),
});
export type FFmpegInfo = z.infer<typeof FFmpegInfo>;

const LOAD_MS_MAX = 120_000;
const ASK = "import { getFFmpegInfo } from 'node-av/lib'; process.stdout.write(JSON.stringify(getFFmpegInfo()));";

/** Asks the FFmpeg that the ingest node at `app/ingest-node` would load. Throws when it does not load. */
export function askFFmpeg(app: string, nodePath: string): FFmpegInfo {
  const { stdout, stderr, status, error } = spawnSync(nodePath, ['--input-type=module', '--eval', ASK], {
    cwd: join(app, 'ingest-node'),
    env: {},
    encoding: 'utf8',
    timeout: LOAD_MS_MAX,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`FFmpeg does not load: ${stderr}`);
  return FFmpegInfo.parse(JSON.parse(stdout));
}

/** A library that is linked into FFmpeg. */
export interface LinkedLibrary {
  readonly name: string;
  /** An SPDX expression; `undefined` for one that this table does not know yet. */
  readonly licence: string | undefined;
}

/**
 * What `configure --enable-NAME` links in, and its licence as SPDX names it (https://spdx.org/licenses/). Written down in
 * November 2026 from what is generally known of these libraries, not file by file; what they contain of others is not
 * listed.
 */
const LIBRARIES: Readonly<Record<string, readonly [name: string, licence: string]>> = {
  iconv: ['GNU libiconv', 'LGPL-2.1-or-later'],
  zlib: ['zlib', 'Zlib'],
  libfreetype: ['FreeType', 'FTL OR GPL-2.0-or-later'],
  libfribidi: ['FriBidi', 'LGPL-2.1-or-later'],
  gmp: ['GMP', 'LGPL-3.0-or-later OR GPL-2.0-or-later'],
  libxml2: ['libxml2', 'MIT'],
  openssl: ['OpenSSL', 'Apache-2.0'],
  lzma: ['liblzma (XZ Utils)', '0BSD'],
  fontconfig: ['Fontconfig', 'HPND-sell-variant'],
  alsa: ['alsa-lib', 'LGPL-2.1-or-later'],
  libharfbuzz: ['HarfBuzz', 'MIT-Modern-Variant'],
  libvorbis: ['libvorbis and libogg', 'BSD-3-Clause'],
  opencl: ['OpenCL ICD loader', 'Apache-2.0'],
  libxcb: ['libxcb', 'X11'],
  amf: ['AMF headers', 'MIT'],
  chromaprint: ['Chromaprint', 'LGPL-2.1-or-later'],
  libdav1d: ['dav1d', 'BSD-2-Clause'],
  'libfdk-aac': ['FDK AAC', 'FDK-AAC'],
  ffnvcodec: ['NVIDIA codec headers', 'MIT'],
  libass: ['libass', 'ISC'],
  libbluray: ['libbluray', 'LGPL-2.1-or-later'],
  libjxl: ['libjxl', 'BSD-3-Clause'],
  libmp3lame: ['LAME', 'LGPL-2.0-or-later'],
  libopus: ['Opus', 'BSD-3-Clause'],
  libtheora: ['libtheora', 'BSD-3-Clause'],
  libvpl: ['libvpl', 'MIT'],
  libvpx: ['libvpx', 'BSD-3-Clause'],
  libwebp: ['libwebp', 'BSD-3-Clause'],
  libopenmpt: ['libopenmpt', 'BSD-3-Clause'],
  libsrt: ['libsrt', 'MPL-2.0'],
  libsvtav1: ['SVT-AV1', 'BSD-3-Clause-Clear'],
  libdrm: ['libdrm', 'MIT'],
  vaapi: ['libva', 'MIT'],
  vulkan: ['Vulkan loader', 'Apache-2.0'],
  libshaderc: ['shaderc', 'Apache-2.0'],
  libplacebo: ['libplacebo', 'LGPL-2.1-or-later'],
  libx264: ['x264', 'GPL-2.0-or-later'],
  libx265: ['x265', 'GPL-2.0-or-later'],
  libzimg: ['zimg', 'WTFPL'],
  libzvbi: ['ZVBI', 'LGPL-2.0-or-later'],
  whisper: ['whisper.cpp', 'MIT'],
  // These are in the arm64 build alone, as amf, libvpl and vaapi are in that for x64.
  rkmpp: ['Rockchip MPP', 'Apache-2.0 OR MIT'],
  rkrga: ['Rockchip librga', 'Apache-2.0'],
};

/** Switches that link nothing in: parts of FFmpeg, licences, and what is loaded from the machine's driver. */
const NO_LIBRARY = new Set(
  'gpl version3 nonfree static shared pic pthreads lto v4l2 xcbgrab cuda cuda-llvm cuvid nvdec nvenc v4l2-m2m neon runtime-cpudetect'.split(
    ' ',
  ),
);

/** The libraries linked into an FFmpeg that was configured so, sorted by name. */
export function linkedLibraries(configuration: string): LinkedLibrary[] {
  const words = configuration.split(/\s+/).map((word) => /^--enable-([^=]+)(?:=(.*))?$/.exec(word));
  // `--enable-indev=alsa` names a part of FFmpeg, which wants a library of that name.
  const switches = new Set(words.flatMap((found) => (found === null ? [] : [switchOf(found[1], found[2])])));
  return [...switches]
    .filter((name) => !NO_LIBRARY.has(name))
    .map((name) => ({ name: LIBRARIES[name]?.[0] ?? name, licence: LIBRARIES[name]?.[1] }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function switchOf(name = '', value = ''): string {
  return name === 'indev' ? value : name;
}

/** The licence of the whole, as FFmpeg's LICENSE.md says it of such a configuration. */
export function ffmpegLicence(configuration: string): string {
  const has = (word: string) => configuration.split(/\s+/).includes(`--enable-${word}`);
  if (has('nonfree')) return 'LicenseRef-nonfree';
  const version = has('version3') ? '3.0' : has('gpl') ? '2.0' : '2.1';
  return `${has('gpl') ? 'GPL' : 'LGPL'}-${version}-or-later`;
}
