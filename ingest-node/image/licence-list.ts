import type { Contents } from './bill-of-materials.ts';
import type { DebianPackage } from './debian-packages.ts';
import { ffmpegLicence, linkedLibraries } from './ffmpeg-libraries.ts';

/** A part of the image with its licence, as the list has it. */
interface Listed {
  readonly name: string;
  readonly version: string;
  readonly licence: string | undefined;
}

/** Licences that ask for no more than that their text is handed on: it is, in the image. */
const ASK_FOR_THEIR_TEXT =
  /^(MIT|MIT-0|MIT-Modern-Variant|X11|HPND-sell-variant|ISC|0BSD|BSD-[23]-Clause|BSD-3-Clause-Clear|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Zlib|WTFPL|FTL|Python-2\.0)$/;

const WHAT_FOLLOWS = `## What the licences ask of you

This is a list, and no legal advice.

**Running the image asks nothing.** The GPL and the other copyleft licences here have conditions for those who hand copies
on, not for those who run the programs, for themselves or as a service to others (there is no AGPL among them). Putting the
image into a registry of your own to run it from there hands it to nobody.

**Whoever hands the image to others**, in a public registry or to a customer, hands on FFmpeg with x264 and x265 inside of
node-av: one binary under the GNU General Public License, version 3 or later. That asks for the licence's text (it is in
the image, /usr/share/common-licenses/GPL-3), for the notices in this list, and for the complete source of that binary:
FFmpeg, the libraries linked into it, node-av, and the scripts that build them, beside the image or by a written offer. The
image does not carry that source; node-av takes its FFmpeg from jellyfin-ffmpeg. Sluice's own code is under the MIT
licence, which goes together with the GPL; handed on with this binary the whole is under the GPL's terms.

**FDK AAC is linked into the same binary.** The Free Software Foundation holds that its licence and the GPL contradict each
other, and FFmpeg's own configure refuses the two together unless the result is called non-free. jellyfin-ffmpeg links a
stripped FDK AAC that Fedora also ships, and calls the result GPL. Sluice never uses it (FFmpeg's own encoder makes the
AAC), but it is there. Ask somebody who may advise you before you hand the image on, or build node-av without it.

**Patents are another matter.** H.264, HEVC and AAC are covered by patents in some countries, which no licence here gives.`;

/** The licence list as Markdown: what needs attention first, then everything. */
export function licenceList({ packages, ffmpeg, nodeVersion, debian }: Contents): string {
  const linked = linkedLibraries(ffmpeg.configuration).map((library) => ({ ...library, version: '' }));
  const whole = { name: 'FFmpeg (in node-av)', version: ffmpeg.version, licence: ffmpegLicence(ffmpeg.configuration) };
  // Without a licence of their own they are under the repository's.
  const npm = packages.map((each) => ({ ...each, licence: each.licence ?? (each.isOurs ? 'MIT' : undefined) }));
  const node = { name: 'Node.js', version: nodeVersion, licence: 'MIT' };
  const attention = [whole, ...linked, ...npm].filter(needsAttention);
  return [
    '# Licences of the ingest node’s image',
    WHAT_FOLLOWS,
    '## Those that ask for more than their text, or do not say',
    table(attention),
    '## Node.js and npm packages',
    'Node’s own licence file, with those of what is compiled into it, is at https://github.com/nodejs/node/blob/main/LICENSE. The texts of the packages lie in `/app/node_modules`, each in its own folder.',
    table([node, ...npm]),
    '## FFmpeg, and what is linked into it',
    'The versions of the libraries are not told by the binary. Their licences are those that SPDX and distributions list.',
    table([whole, ...linked]),
    ...(debian.length === 0 ? [] : debianSection(debian)),
  ].join('\n\n');
}

/** Copyleft, unclear, or not said: everything but the licences that ask for their text alone. */
export function needsAttention({ licence }: Pick<Listed, 'licence'>): boolean {
  if (licence === undefined) return true;
  const isEasy = (expression: string) => ASK_FOR_THEIR_TEXT.test(expression);
  const choices = licence.replace(/[()]/g, '').split(/ OR /i);
  return !choices.some((choice) => choice.split(/ AND /i).every((part) => isEasy(part.trim())));
}

function debianSection(debian: readonly DebianPackage[]): string[] {
  const rows = debian.map(({ licences, ...rest }) => ({ ...rest, licence: licences.join(', ') }));
  return [
    '## Debian’s packages',
    'Short names as their copyright files give them; the texts are in `/usr/share/doc/*/copyright`. Debian offers their sources.',
    table(rows),
  ];
}

function table(rows: readonly Listed[]): string {
  const cell = (text: string) => (text === '' ? '-' : text.replaceAll('|', '\\|'));
  const lines = rows.map(
    ({ name, version, licence = 'not said' }) => `| ${cell(name)} | ${cell(version)} | ${cell(licence)} |`,
  );
  return ['| part | version | licence |', '|---|---|---|', ...lines].join('\n');
}
