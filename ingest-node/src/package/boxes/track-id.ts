/** One track a file (ISO/IEC 23000-19 §7.3.2), so they all have the same number. */
export const TRACK_ID = 1;
