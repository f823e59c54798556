/** Sample flags (ISO/IEC 14496-12 §8.8.3.1): sample_depends_on is bits 24 and 25, sample_is_non_sync_sample bit 16. */
const DEPENDS_ON_OTHERS = 1 << 24;
const DEPENDS_ON_NONE = 2 << 24;
const IS_NON_SYNC = 1 << 16;

/** Of a sample that can be decoded without any other. */
export const SYNC_SAMPLE_FLAGS = DEPENDS_ON_NONE;
/** Of all others. */
export const NON_SYNC_SAMPLE_FLAGS = DEPENDS_ON_OTHERS | IS_NON_SYNC;

export function sampleFlags(isSync: boolean): number {
  return isSync ? SYNC_SAMPLE_FLAGS : NON_SYNC_SAMPLE_FLAGS;
}
