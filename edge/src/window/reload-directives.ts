/** rfc8216bis §6.2.5.2. Directives that this edge does not offer (`_HLS_skip`) are ignored, as all unknown ones. */
export interface ReloadDirectives {
  /** `_HLS_msn` */
  readonly msn: number;
  /** `_HLS_part` */
  readonly partIndex: number | undefined;
}

export type DirectivesRead =
  | { readonly kind: 'none' }
  | { readonly kind: 'reload'; readonly directives: ReloadDirectives }
  | { readonly kind: 'malformed'; readonly detail: string };

/**
 * decimal-integer (rfc8216bis §4.2) without leading zeros, so that one playlist version has one URL. 15 digits are
 * beyond any broadcast and safe in a double.
 */
const INTEGER = /^(0|[1-9][0-9]{0,14})$/;

/** Reads the delivery directives out of a playlist request's query. */
export function readReloadDirectives(query: URLSearchParams): DirectivesRead {
  const msns = query.getAll('_HLS_msn');
  const parts = query.getAll('_HLS_part');
  const [msn] = msns;
  const [part] = parts;
  if (msns.length > 1 || parts.length > 1) return malformed('A delivery directive is given twice.');
  if (msn !== undefined && !INTEGER.test(msn)) return malformed('_HLS_msn is not a decimal integer.');
  if (part !== undefined && !INTEGER.test(part)) return malformed('_HLS_part is not a decimal integer.');
  if (msn === undefined)
    return part === undefined ? { kind: 'none' } : malformed('_HLS_part is given without _HLS_msn.');
  const partIndex = part === undefined ? undefined : Number(part);
  return { kind: 'reload', directives: { msn: Number(msn), partIndex } };
}

function malformed(detail: string): DirectivesRead {
  return { kind: 'malformed', detail };
}
