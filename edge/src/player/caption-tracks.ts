/** As much of a TextTrack as a menu tells of it. */
export interface CaptionTrack {
  readonly kind: string;
  readonly label: string;
  /** BCP 47; empty where nobody said it. */
  readonly language: string;
}

/** WHATWG HTML §4.8.11.11.1: those that are for being read over the picture. */
const READ_KINDS = new Set(['captions', 'subtitles']);

/** Whether a track is for viewers to read; others carry metadata, chapters, descriptions for synthesis. */
export function isReadable({ kind }: Pick<CaptionTrack, 'kind'>): boolean {
  return READ_KINDS.has(kind);
}

/** `English`, `English (captions)`; of several without a name each has its number. Pure. */
export function captionName({ kind, label, language }: CaptionTrack, index: number): string {
  if (label !== '') return label;
  const name = languageName(language) ?? `Track ${index + 1}`;
  return kind === 'captions' ? `${name} (captions)` : name;
}

function languageName(language: string): string | undefined {
  // Subtags that say that nothing is said: ISO 639-2 "undetermined".
  if (language === '' || language === 'und') return undefined;
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(language);
  } catch {
    // RangeError: it is no language tag. What it is, is still more than a number.
    return language;
  }
}
