import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { billOfMaterials, type Contents, type NpmBill } from './bill-of-materials.ts';
import { readStatus } from './debian-packages.ts';
import { askFFmpeg, ffmpegLicence, linkedLibraries } from './ffmpeg-libraries.ts';
import { licenceList, needsAttention } from './licence-list.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `@seydx/node-av-linux-arm64` 6.1.1 has that the build for x64 has not, and the switches that matter. */
const ARM64 = '--arch=aarch64 --enable-gpl --enable-version3 --enable-rkmpp --enable-rkrga --enable-libx264';

const CONTENTS: Contents = {
  packages: [
    { name: 'a', version: '1.0.0', directory: '/x/a', main: '', licence: 'MIT', isOurs: false },
    { name: '@seydx/node-av-linux-x64', version: '6.1.1', directory: '/x/av', main: '', licence: 'MIT', isOurs: false },
    { name: 'silent', version: '1.0.0', directory: '/x/silent', main: '', licence: undefined, isOurs: false },
    { name: '@sluice/ingest-node', version: '0.1.0', directory: '/x/i', main: '', licence: undefined, isOurs: true },
  ],
  ffmpeg: { version: '8.1', configuration: '--enable-gpl --enable-libx264 --enable-libnew' },
  nodeVersion: '24.0.0',
  debian: [{ name: 'libc6', version: '2.36-9+deb12u1', architecture: 'arm64', licences: ['LGPL-2.1'] }],
};

function component(name: string, version: string) {
  return { 'bom-ref': `${name}@${version}`, type: 'library', name, version, purl: `pkg:npm/${name}@${version}` };
}

const NPM: NpmBill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { timestamp: '2026-11-26T00:00:00Z' },
  components: [component('a', '1.0.0'), component('@seydx/node-av-linux-x64', '6.1.1'), component('werift', '1.0.0')],
  dependencies: [
    { ref: 'a@1.0.0', dependsOn: ['@seydx/node-av-linux-x64@6.1.1', 'werift@1.0.0'] },
    { ref: '@seydx/node-av-linux-x64@6.1.1', dependsOn: [] },
    { ref: 'werift@1.0.0', dependsOn: [] },
  ],
};

describe('FFmpeg inside of node-av', () => {
  // The images are of Linux; builds for other systems link other things.
  const own = process.platform === 'linux' ? [askFFmpeg(ROOT, process.execPath).configuration] : [];

  it.each([ARM64, ...own])('has a licence for each library in it, and is GPL 3: %s', (configuration) => {
    const libraries = linkedLibraries(configuration);
    expect(libraries.filter(({ licence }) => licence === undefined)).toEqual([]);
    expect(libraries).toContainEqual({ name: 'x264', licence: 'GPL-2.0-or-later' });
    expect(ffmpegLicence(configuration)).toBe('GPL-3.0-or-later');
  });

  it.each([
    ['', 'LGPL-2.1-or-later'],
    ['--enable-version3', 'LGPL-3.0-or-later'],
    ['--enable-gpl', 'GPL-2.0-or-later'],
    ['--enable-gpl --enable-nonfree', 'LicenseRef-nonfree'],
  ])('is, configured with "%s", under %s', (configuration, licence) => {
    expect(ffmpegLicence(configuration)).toBe(licence);
  });

  it('names a library that is not known yet, without a licence', () => {
    expect(linkedLibraries('--enable-libnew --enable-indev=alsa --enable-lto=auto --disable-doc')).toEqual([
      { name: 'alsa-lib', licence: 'LGPL-2.1-or-later' },
      { name: 'libnew', licence: undefined },
    ]);
  });
});

describe('the bill of materials', () => {
  const bill = billOfMaterials(NPM, CONTENTS);
  const dependsOn = (ref: string) => bill.dependencies.find((found) => found.ref === ref)?.dependsOn;

  it('lacks what is left out, also among dependencies', () => {
    expect(JSON.stringify(bill)).not.toContain('werift');
    expect(dependsOn('a@1.0.0')).toEqual(['@seydx/node-av-linux-x64@6.1.1']);
  });

  it('has Node, FFmpeg behind node-av, its libraries behind FFmpeg, and Debian’s packages', () => {
    expect(bill.components.map(({ purl }) => purl)).toEqual([
      'pkg:npm/a@1.0.0',
      'pkg:npm/@seydx/node-av-linux-x64@6.1.1',
      'pkg:generic/node@24.0.0',
      'pkg:generic/ffmpeg@8.1',
      'pkg:generic/libnew',
      'pkg:generic/x264',
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=arm64',
    ]);
    expect(dependsOn('@seydx/node-av-linux-x64@6.1.1')).toEqual(['ffmpeg:FFmpeg']);
    expect(dependsOn('ffmpeg:FFmpeg')).toEqual(['ffmpeg:libnew', 'ffmpeg:x264']);
  });
});

describe('the licence list', () => {
  it('names first what asks for more than its text, and what does not say', () => {
    const [, attention = ''] = licenceList(CONTENTS).split('\n## Those that');
    const rows = attention.split('\n## ', 1)[0]?.match(/^\| (?!part)\w.*$/gm);
    expect(rows).toEqual([
      '| FFmpeg (in node-av) | 8.1 | GPL-2.0-or-later |',
      '| libnew | - | not said |',
      '| x264 | - | GPL-2.0-or-later |',
      '| silent | 1.0.0 | not said |',
    ]);
  });

  it.each(['MIT', 'MIT AND BSD-3-Clause', '(MIT OR GPL-3.0-only)', 'FTL OR GPL-2.0-or-later'])(
    'is easy with %s',
    (it) => {
      expect(needsAttention({ licence: it })).toBe(false);
    },
  );

  it.each([
    'GPL-3.0-only',
    'MIT AND GPL-2.0-only',
    'MPL-2.0',
    'SEE LICENSE IN FILE',
    'UNLICENSED',
    'FDK-AAC',
    undefined,
  ])('asks for attention to %s', (it) => expect(needsAttention({ licence: it })).toBe(true));
});

describe('Debian’s packages', () => {
  const STATUS = `Package: tini
Status: install ok installed
Architecture: amd64
Version: 0.19.0-1+b3
Description: tiny init
 Version: not this one

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
`;

  it('are those that dpkg has installed, with the short names of their licences', () => {
    const copyrights: Readonly<Record<string, string>> = {
      tini: 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n\nLicense: Expat\n words\n',
      bash: 'This is bash.\nLicense: not in this form\n',
    };
    expect(readStatus(STATUS, (name) => copyrights[name] ?? '')).toEqual([
      { name: 'bash', version: '5.2.15-2+b7', architecture: 'amd64', licences: [] },
      { name: 'tini', version: '0.19.0-1+b3', architecture: 'amd64', licences: ['Expat'] },
    ]);
  });
});
