import { type Attributes, decimalValue, quotedValue, readAttributes } from './attribute-list.ts';
import { checkedLines } from './parse-media-playlist.ts';
import { type Violation, ViolationList } from './violation.ts';

const TAG = /^#(EXT[A-Z0-9-]*)(?::(.*))?$/;
const MEDIA_ONLY =
  /^(EXTINF|EXT-X-(TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY.*|ENDLIST|PART|PART-INF|SERVER-CONTROL|MAP|KEY|PROGRAM-DATE-TIME|PRELOAD-HINT|RENDITION-REPORT|SKIP|GAP))$/;

export interface ParsedVariant {
  readonly line: number;
  readonly uri: string;
  readonly attributes: Attributes;
}

export interface ParsedMultivariantPlaylist {
  readonly variants: readonly ParsedVariant[];
  readonly media: readonly { readonly line: number; readonly attributes: Attributes }[];
}

export interface MultivariantCheck {
  readonly playlist: ParsedMultivariantPlaylist;
  readonly violations: readonly Violation[];
}

/** Reads a multivariant playlist strictly and lists the rules it breaks (rfc8216bis §4.4.6, §6.2.4). */
export function checkMultivariantPlaylist(text: string): MultivariantCheck {
  const violations = new ViolationList();
  const variants: ParsedVariant[] = [];
  const media: { line: number; attributes: Attributes }[] = [];
  let pending: Attributes | undefined;
  checkedLines(text, violations).forEach((content, index) => {
    const line = index + 1;
    const [, name, value = ''] = TAG.exec(content) ?? [];
    if (name !== undefined)
      violations.expect(!MEDIA_ONLY.test(name), 'A1.2', line, `${name} in a multivariant playlist`);
    violations.expect(
      pending === undefined || !content.startsWith('#'),
      'A1.2',
      line,
      'EXT-X-STREAM-INF without its URI',
    );
    if (name === 'EXT-X-STREAM-INF') pending = readAttributes(value, line, violations);
    if (name === 'EXT-X-MEDIA') media.push({ line, attributes: readAttributes(value, line, violations) });
    if (content !== '' && !content.startsWith('#')) {
      violations.expect(pending !== undefined, 'A1.2', line, 'a URI without EXT-X-STREAM-INF');
      if (pending !== undefined) variants.push({ line, uri: content, attributes: pending });
      pending = undefined;
    }
  });
  violations.expect(variants.length > 0, 'A6.52', 0, 'no variant');
  for (const variant of variants) checkVariant(variant, media, violations);
  for (const { line, attributes } of media) checkMedia(line, attributes, violations);
  return { playlist: { variants, media }, violations: violations.found };
}

function checkVariant(
  { line, attributes }: ParsedVariant,
  media: ParsedMultivariantPlaylist['media'],
  violations: ViolationList,
): void {
  const peak = decimalValue(attributes, 'BANDWIDTH');
  const average = decimalValue(attributes, 'AVERAGE-BANDWIDTH');
  const codecs = quotedValue(attributes, 'CODECS')?.split(',') ?? [];
  const isVideo = attributes.has('RESOLUTION');
  violations.expect(Number.isInteger(peak) && (peak ?? 0) > 0, 'A6.52', line, 'no BANDWIDTH');
  violations.expect((average ?? 0) <= (peak ?? 0), 'A6.52', line, 'AVERAGE-BANDWIDTH over BANDWIDTH');
  violations.expect(codecs.length > 0 && !codecs.includes(''), 'A6.52', line, 'no CODECS');
  violations.expect(
    !isVideo || /^[0-9]+x[0-9]+$/.test(attributes.get('RESOLUTION') ?? ''),
    'A6.52',
    line,
    'RESOLUTION',
  );
  violations.expect(
    !isVideo || /^[0-9]+\.[0-9]{3}$/.test(attributes.get('FRAME-RATE') ?? ''),
    'A6.52',
    line,
    'FRAME-RATE has not three decimals',
  );
  const group = attributes.get('AUDIO');
  if (group === undefined) return;
  const isThere = media.some(
    (tag) => tag.attributes.get('TYPE') === 'AUDIO' && tag.attributes.get('GROUP-ID') === group,
  );
  violations.expect(isThere, 'A6.52', line, `no EXT-X-MEDIA of group ${group}`);
  const hasAudioCodec = codecs.some((codec) => /^(mp4a|opus|ac-3|ec-3|fLaC)/.test(codec));
  violations.expect(!isVideo || hasAudioCodec, 'A6.52', line, 'CODECS lacks its audio group');
}

function checkMedia(line: number, attributes: Attributes, violations: ViolationList): void {
  for (const name of ['GROUP-ID', 'NAME', 'URI']) {
    violations.expect(quotedValue(attributes, name) !== undefined, 'A6.52', line, `EXT-X-MEDIA without ${name}`);
  }
}
