import type { SourceFigures } from '../api/ingest-event.ts';

const CODECS: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp9: 'VP9',
  aac: 'AAC',
  opus: 'Opus',
  mp2: 'MP2',
  mp3: 'MP3',
};

/** What is pushed, in few words: `1920×1080 H.264 and AAC by RTMP`. What is not told is left out. */
export function sourceSentence(figures: SourceFigures): string {
  const { widthPx, heightPx, videoCodec, audioCodec, protocol } = figures;
  const size = widthPx === undefined || heightPx === undefined ? [] : [`${widthPx}×${heightPx}`];
  const codecs = [videoCodec, audioCodec].flatMap((codec) => (codec === undefined ? [] : [CODECS[codec] ?? codec]));
  const way = protocol === undefined ? [] : [`by ${protocol.toUpperCase()}`];
  const words = [...size, ...(codecs.length === 0 ? [] : [codecs.join(' and ')]), ...way];
  return words.length === 0 ? 'source not described yet' : words.join(' ');
}

const PICTURES: readonly (readonly [RegExp, string])[] = [
  [/^avc[13]\./, 'H.264'],
  [/^(hvc1|hev1)\./, 'HEVC'],
  [/^av01\./, 'AV1'],
  [/^vp09\./, 'VP9'],
  [/^mp4a\.40\.(5|29)$/, 'HE-AAC'],
  [/^mp4a\./, 'AAC'],
  [/^opus$/i, 'Opus'],
];

/** RFC 6381's string in the words of people; itself where it is none that is known. */
export function codecName(codecs: string): string {
  return PICTURES.find(([pattern]) => pattern.test(codecs))?.[1] ?? codecs;
}
