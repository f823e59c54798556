/**
 * One track a file (ISO/IEC 23000-19 §7.3.2). Sound has another number than pictures, so that a part of each, one after
 * the other, is a part of both: the edge makes muxed renditions of them so (docs/adr/0026).
 */
export const TRACK_ID = { video: 1, audio: 2 } as const;
