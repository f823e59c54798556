import { type Box, fullBox, u32, u64 } from '../box.ts';

/**
 * The time is when the moof was finished. When its first sample was captured needs no telling: the grid says it
 * (PROGRAM-DATE-TIME, availabilityStartTime), and what is told here lets anybody measure the way from the packager on.
 */
const MOOF_FINISHED = 0x2;
/** From 1900 to 1970: NTP's epoch to Unix' (RFC 5905 §6). */
const UNIX_TO_NTP_S = 2_208_988_800;
const U32_VALUES = 2 ** 32;

export interface ProducerTime {
  readonly trackId: number;
  readonly finishedAtMs: number;
  /** tfdt of the first sample of the moof that follows. */
  readonly mediaTicks: number;
}

/** Producer reference time (ISO/IEC 14496-12 §8.16.5). */
export function prft({ trackId, finishedAtMs, mediaTicks }: ProducerTime): Box {
  const wholeS = Math.floor(finishedAtMs / 1_000);
  const fraction = Math.floor(((finishedAtMs - wholeS * 1_000) / 1_000) * U32_VALUES);
  // NTP's seconds wrap in 2036; readers know their century.
  const ntpS = (wholeS + UNIX_TO_NTP_S) % U32_VALUES;
  return fullBox('prft', { version: 1, flags: MOOF_FINISHED }, u32(trackId), u32(ntpS), u32(fraction), u64(mediaTicks));
}
