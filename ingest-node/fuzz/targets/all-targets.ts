import type { FuzzTarget } from '../fuzz-target.ts';

/**
 * Every parser that is fuzzed, by name. A new one is added here and nowhere else. Each is loaded when it is asked for,
 * so that one whose own test material is broken keeps none of the others.
 */
export const FUZZ_TARGETS: ReadonlyMap<string, () => Promise<FuzzTarget>> = new Map([
  ['rtmp-session', async () => (await import('./rtmp-session.ts')).rtmpSessionTarget()],
  ['chunk-stream', async () => (await import('./chunk-stream.ts')).chunkStreamTarget()],
  ['amf0', async () => (await import('./amf.ts')).amf0Target()],
  ['amf3', async () => (await import('./amf.ts')).amf3Target()],
  ['media-demuxer', async () => (await import('./media-demuxer.ts')).mediaDemuxerTarget()],
  ['srt-handshake', async () => (await import('./srt-handshake.ts')).srtHandshakeTarget()],
  ['srt-session', async () => (await import('./srt-session.ts')).srtSessionTarget()],
  ['transport-stream', async () => (await import('./transport-stream.ts')).transportStreamTarget()],
  ['cmaf-track', async () => (await import('./cmaf-track.ts')).cmafTrackTarget()],
  ['announcement-json', async () => (await import('./announcement-json.ts')).announcementJsonTarget()],
  ['live-window', async () => (await import('./live-window.ts')).liveWindowTarget()],
]);
