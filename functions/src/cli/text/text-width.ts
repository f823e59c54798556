const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Unicode Standard Annex #11: scripts and blocks whose characters are two columns wide. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;
/** What moves nothing: combining marks and format characters by themselves. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
/** A label is somebody else's text: nothing in it may move the cursor or change the colours of a terminal. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** At most so many columns of a text, with `…` where something is missing. */
export function truncated(text: string, columnsMax: number): string {
  if (textWidth(text) <= columnsMax) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columnsMax - 1) break;
    kept += segment;
  }
  return columnsMax < 1 ? '' : `${kept.trimEnd()}…`;
}

/** A text without what would steer a terminal. */
export function harmless(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

/** Lines of at most so many columns, broken between words; a longer word has a line of its own. */
export function wrapped(text: string, columnsMax: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > columnsMax) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

function graphemeWidth(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
