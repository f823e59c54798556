import { type Attributes, decimalValue, quotedValue, readAttributes } from './attribute-list.ts';
import type {
  ParsedDateRange,
  ParsedMediaPlaylist,
  ParsedPart,
  ParsedReport,
  ParsedSegment,
  ParsedSkip,
} from './parsed-playlist.ts';
import { ViolationList } from './violation.ts';

const ONCE = new Set([
  'EXT-X-VERSION',
  'EXT-X-TARGETDURATION',
  'EXT-X-MEDIA-SEQUENCE',
  'EXT-X-DISCONTINUITY-SEQUENCE',
  'EXT-X-ENDLIST',
  'EXT-X-PLAYLIST-TYPE',
  'EXT-X-I-FRAMES-ONLY',
  'EXT-X-INDEPENDENT-SEGMENTS',
  'EXT-X-START',
  'EXT-X-PART-INF',
  'EXT-X-SERVER-CONTROL',
  'EXT-X-SKIP',
]);
const MULTIVARIANT_ONLY = /^EXT-X-(MEDIA|STREAM-INF|I-FRAME-STREAM-INF|SESSION-DATA|SESSION-KEY|CONTENT-STEERING)$/;
const TAG = /^#(EXT[A-Z0-9-]*)(?::(.*))?$/;
// rfc8216bis §4.4.4.6, with the zone that HLS-RULES.md A1.16 asks for.
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,}(Z|[+-]\d{2}:\d{2})$/;

export interface ParsedWithViolations {
  readonly playlist: ParsedMediaPlaylist;
  readonly violations: ViolationList;
}

/** Reads a media playlist as strictly as the strictest player. Faults are listed, and reading goes on. */
export function parseMediaPlaylist(text: string): ParsedWithViolations {
  const reader = new MediaPlaylistReader();
  const lines = checkedLines(text, reader.violations);
  lines.forEach((line, index) => {
    reader.line(line, index + 1);
  });
  return { playlist: reader.finish(), violations: reader.violations };
}

/** rfc8216bis §4.1: UTF-8 lines, `#EXTM3U` first, no BOM, no control characters. */
export function checkedLines(text: string, violations: ViolationList): string[] {
  violations.expect(!text.startsWith('\uFEFF'), 'A1.2', 1, 'byte order mark');
  violations.expect(text.endsWith('\n'), 'A1.2', 0, 'the last line has no end');
  const lines = text.replace(/\n$/, '').split('\n');
  violations.expect(lines[0] === '#EXTM3U', 'A1.2', 1, 'the first line is not #EXTM3U');
  lines.forEach((line, index) => {
    // rfc8216bis §4.4.5.2 wants one in this tag: a tab between IDs.
    const rest = line.startsWith('#EXT-X-SKIP:') ? line.replaceAll('\t', '') : line;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    violations.expect(!/[\u0000-\u001F\u007F-\u009F]/.test(rest), 'A1.2', index + 1, 'control character');
    violations.expect(line.trim() === line, 'A1.2', index + 1, 'blank around the line');
  });
  return lines;
}

class MediaPlaylistReader {
  readonly violations = new ViolationList();
  readonly #seen = new Set<string>();
  readonly #segments: ParsedSegment[] = [];
  readonly #hints: { line: number; type: string; uri: string }[] = [];
  readonly #reports: ParsedReport[] = [];
  #version: number | undefined;
  #targetDurationS: number | undefined;
  #mediaSequence = 0;
  #discontinuitySequence: number | undefined;
  #partTargetS: number | undefined;
  #serverControl: Attributes | undefined;
  #playlistType: string | undefined;
  #skip: ParsedSkip | undefined;
  readonly #dateRanges: ParsedDateRange[] = [];
  #discontinuities = 0;
  #mapUri: string | undefined;
  #extInfS: number | undefined;
  #programDateTimeMs: number | undefined;
  #isGap = false;
  #parts: ParsedPart[] = [];

  line(line: string, number: number): void {
    if (line === '') return;
    const [, name, value = ''] = TAG.exec(line) ?? [];
    if (name !== undefined) this.#tag(name, value, number);
    else if (!line.startsWith('#')) this.#uri(line, number);
  }

  finish(): ParsedMediaPlaylist {
    if (this.#parts.length > 0) this.#push(undefined, this.#parts[0]?.line ?? 0);
    return {
      version: this.#version,
      targetDurationS: this.#targetDurationS,
      mediaSequence: this.#mediaSequence,
      discontinuitySequence: this.#discontinuitySequence,
      partTargetS: this.#partTargetS,
      serverControl: this.#serverControl,
      isIndependentSegments: this.#seen.has('EXT-X-INDEPENDENT-SEGMENTS'),
      playlistType: this.#playlistType,
      skip: this.#skip,
      dateRanges: this.#dateRanges,
      segments: this.#segments,
      hints: this.#hints,
      reports: this.#reports,
      isEnded: this.#seen.has('EXT-X-ENDLIST'),
    };
  }

  #tag(name: string, value: string, line: number): void {
    const { violations } = this;
    if (ONCE.has(name)) violations.expect(!this.#seen.has(name), 'A1.2', line, `${name} twice`);
    violations.expect(!MULTIVARIANT_ONLY.test(name), 'A1.2', line, `${name} in a media playlist`);
    this.#seen.add(name);
    const attributes = () => readAttributes(value, line, violations);
    switch (name) {
      case 'EXT-X-VERSION':
        this.#version = this.#integer(value, line);
        break;
      case 'EXT-X-TARGETDURATION':
        this.#targetDurationS = this.#integer(value, line);
        break;
      case 'EXT-X-MEDIA-SEQUENCE':
        violations.expect(this.#isBeforeMedia(), 'A1.1', line, 'EXT-X-MEDIA-SEQUENCE after the first segment');
        this.#mediaSequence = this.#integer(value, line) ?? 0;
        break;
      case 'EXT-X-DISCONTINUITY-SEQUENCE':
        violations.expect(this.#isBeforeMedia(), 'A2.22', line, 'EXT-X-DISCONTINUITY-SEQUENCE after the first segment');
        this.#discontinuitySequence = this.#integer(value, line);
        break;
      case 'EXT-X-PART-INF':
        this.#partTargetS = decimalValue(attributes(), 'PART-TARGET');
        violations.expect(this.#partTargetS !== undefined, 'A1.1', line, 'EXT-X-PART-INF without PART-TARGET');
        break;
      case 'EXT-X-SERVER-CONTROL':
        this.#serverControl = attributes();
        break;
      case 'EXT-X-PLAYLIST-TYPE':
        this.#playlistType = value;
        break;
      case 'EXT-X-SKIP':
        this.#skipped(attributes(), line);
        break;
      case 'EXT-X-DATERANGE':
        this.#dateRange(attributes(), line);
        break;
      case 'EXT-X-MAP':
        this.#beforeParts(name, line);
        this.#mapUri = quotedValue(attributes(), 'URI');
        violations.expect(this.#mapUri !== undefined, 'A1.12', line, 'EXT-X-MAP without URI');
        break;
      case 'EXT-X-PROGRAM-DATE-TIME':
        this.#beforeParts(name, line);
        violations.expect(DATE_TIME.test(value), 'A1.16', line, 'not a date with milliseconds and zone');
        this.#programDateTimeMs = Date.parse(value);
        break;
      case 'EXT-X-DISCONTINUITY':
        this.#beforeParts(name, line);
        this.#discontinuities += 1;
        break;
      case 'EXT-X-KEY':
        this.#beforeParts(name, line);
        break;
      case 'EXT-X-GAP':
        this.#isGap = true;
        break;
      case 'EXT-X-PART':
        this.#part(attributes(), line);
        break;
      case 'EXTINF':
        this.#extInf(value, line);
        break;
      case 'EXT-X-PRELOAD-HINT':
        this.#hint(attributes(), line);
        break;
      case 'EXT-X-RENDITION-REPORT':
        this.#report(attributes(), line);
        break;
      default:
        break;
    }
  }

  #skipped(attributes: Attributes, line: number): void {
    const segmentCount = decimalValue(attributes, 'SKIPPED-SEGMENTS') ?? 0;
    const isCount = Number.isInteger(segmentCount) && segmentCount > 0;
    this.violations.expect(isCount, 'A4.38', line, 'EXT-X-SKIP without SKIPPED-SEGMENTS of 1 up');
    this.violations.expect(this.#isBeforeMedia(), 'A4.38', line, 'EXT-X-SKIP after the first segment');
    const removed = quotedValue(attributes, 'RECENTLY-REMOVED-DATERANGES');
    const removedDateRanges = removed === '' ? [] : removed?.split('\t');
    this.#skip = { line, segmentCount, removedDateRanges };
  }

  #dateRange(attributes: Attributes, line: number): void {
    const id = quotedValue(attributes, 'ID');
    this.violations.expect(id !== undefined, 'A2.27', line, 'EXT-X-DATERANGE without ID');
    if (id !== undefined) this.#dateRanges.push({ line, id, attributes });
  }

  #part(attributes: Attributes, line: number): void {
    const uri = quotedValue(attributes, 'URI');
    const durationS = decimalValue(attributes, 'DURATION');
    this.violations.expect(uri !== undefined && durationS !== undefined, 'A1.6', line, 'part without URI or DURATION');
    this.violations.expect(this.#extInfS === undefined, 'A1.11', line, 'part between EXTINF and its URI');
    this.violations.expect(this.#mapUri !== undefined, 'A1.12', line, 'part with no EXT-X-MAP before it');
    if (uri === undefined || durationS === undefined) return;
    const isIndependent = attributes.get('INDEPENDENT') === 'YES';
    this.#parts.push({ line, uri, durationS, isIndependent, isGap: attributes.get('GAP') === 'YES' });
  }

  #extInf(value: string, line: number): void {
    const match = /^([0-9]+(?:\.[0-9]+)?),/.exec(value);
    this.violations.expect(match !== null, 'A1.4', line, 'EXTINF is not a duration and a comma');
    this.violations.expect(this.#extInfS === undefined, 'A1.4', line, 'EXTINF twice for one segment');
    this.#extInfS = match === null ? 0 : Number(match[1]);
  }

  #hint(attributes: Attributes, line: number): void {
    const type = attributes.get('TYPE');
    const uri = quotedValue(attributes, 'URI');
    this.violations.expect(type === 'PART' || type === 'MAP', 'A5.41', line, 'hint of no known TYPE');
    this.violations.expect(uri !== undefined, 'A5.41', line, 'hint without URI');
    if (type !== undefined && uri !== undefined) this.#hints.push({ line, type, uri });
  }

  #report(attributes: Attributes, line: number): void {
    const uri = quotedValue(attributes, 'URI');
    this.violations.expect(uri !== undefined, 'A5.44', line, 'report without URI');
    if (uri === undefined) return;
    const lastMsn = decimalValue(attributes, 'LAST-MSN');
    this.#reports.push({ line, uri, lastMsn, lastPart: decimalValue(attributes, 'LAST-PART') });
  }

  #uri(uri: string, line: number): void {
    this.violations.expect(this.#extInfS !== undefined, 'A1.4', line, 'segment without EXTINF');
    this.violations.expect(this.#mapUri !== undefined, 'A1.12', line, 'segment with no EXT-X-MAP before it');
    this.#push(uri, line);
  }

  #push(uri: string | undefined, line: number): void {
    this.#segments.push({
      line,
      msn: this.#mediaSequence + (this.#skip?.segmentCount ?? 0) + this.#segments.length,
      uri,
      durationS: this.#extInfS ?? this.#parts.reduce((sum, part) => sum + part.durationS, 0),
      programDateTimeMs: this.#programDateTimeMs,
      mapUri: this.#mapUri,
      discontinuityNumber: (this.#discontinuitySequence ?? 0) + this.#discontinuities,
      isGap: this.#isGap,
      parts: this.#parts,
    });
    this.#extInfS = undefined;
    this.#programDateTimeMs = undefined;
    this.#isGap = false;
    this.#parts = [];
  }

  #beforeParts(name: string, line: number): void {
    this.violations.expect(this.#parts.length === 0, 'A1.11', line, `${name} after the segment's first part`);
  }

  #isBeforeMedia(): boolean {
    return this.#segments.length === 0 && this.#parts.length === 0 && this.#discontinuities === 0;
  }

  #integer(value: string, line: number): number | undefined {
    const isInteger = /^[0-9]{1,20}$/.test(value);
    this.violations.expect(isInteger, 'A1.2', line, `«${value}» is not a decimal integer`);
    return isInteger ? Number(value) : undefined;
  }
}
