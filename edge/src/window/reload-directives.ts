/** rfc8216bis §6.2.5.2. */
export interface ReloadDirectives {
  /** `_HLS_msn` */
  readonly msn: number;
  /** `_HLS_part` */
  readonly partIndex: number | undefined;
}

/** `_HLS_skip` (rfc8216bis §6.2.5.1). `YES`: a delta update, without old segments; `v2`: without old date ranges, too. */
export type Skip = 'YES' | 'v2';

export type DirectivesRead =
  | { readonly kind: 'none'; readonly skip: Skip | undefined }
  | { readonly kind: 'reload'; readonly directives: ReloadDirectives; readonly skip: Skip | undefined }
  | { readonly kind: 'malformed'; readonly detail: string };

/**
 * decimal-integer (rfc8216bis §4.2) without leading zeros, so that one playlist version has one URL. 15 digits are
 * beyond any broadcast and safe in a double.
 */
const INTEGER = /^(0|[1-9][0-9]{0,14})$/;

/** Reads the delivery directives out of a playlist request's query. Those that nobody knows are ignored. */
export function readReloadDirectives(query: URLSearchParams): DirectivesRead {
  const msns = query.getAll('_HLS_msn');
  const parts = query.getAll('_HLS_part');
  const skips = query.getAll('_HLS_skip');
  const [msn] = msns;
  const [part] = parts;
  const [skip] = skips;
  if (msns.length > 1 || parts.length > 1 || skips.length > 1) return malformed('A delivery directive is given twice.');
  if (msn !== undefined && !INTEGER.test(msn)) return malformed('_HLS_msn is not a decimal integer.');
  if (part !== undefined && !INTEGER.test(part)) return malformed('_HLS_part is not a decimal integer.');
  if (msn === undefined && part !== undefined) return malformed('_HLS_part is given without _HLS_msn.');
  if (msn === undefined) return { kind: 'none', skip: readSkip(skip) };
  const partIndex = part === undefined ? undefined : Number(part);
  return { kind: 'reload', directives: { msn: Number(msn), partIndex }, skip: readSkip(skip) };
}

/** Of any other value nothing is said; and the whole playlist is never a wrong answer. */
function readSkip(value: string | undefined): Skip | undefined {
  return value === 'YES' || value === 'v2' ? value : undefined;
}

function malformed(detail: string): DirectivesRead {
  return { kind: 'malformed', detail };
}
