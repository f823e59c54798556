/** What a NAL unit is for, where it matters to whoever puts access units into another container. */
export type NalRole = 'vps' | 'sps' | 'pps' | 'keyframe' | 'recovery' | 'dropped' | 'other';

/** A codec made of NAL units. */
export interface NalCodec {
  readonly codec: 'h264' | 'hevc';
  roleOf(unit: Uint8Array): NalRole;
  /** A parameter set's own number; a later one with the same number replaces it. Throws BitstreamError. */
  parameterSetId(role: NalRole, unit: Uint8Array): number;
  /** The decoder configuration record, or `undefined` while a parameter set is missing. Throws BitstreamError. */
  configuration(sets: ParameterSets): Uint8Array | undefined;
}

export interface ParameterSets {
  readonly vps: readonly Uint8Array[];
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

/** `[count][length][unit]…`, as both configuration records have it. */
export function writeUnits(units: readonly Uint8Array[]): number[] {
  return units.flatMap((unit) => [unit.length >> 8, unit.length & 0xff, ...unit]);
}
