import { BroadcastId, ClipId, clipKey, recordingKey } from '@sluice/contracts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import { Collapse, type RequestLife } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';
import type { EdgeBindings } from '../environment.ts';
import { RECORDED_MAX_AGE_S } from '../http/cache-control.ts';
import { log } from '../log.ts';
import { holdBytes } from '../media/hold-bytes.ts';
import { WHOLE } from '../media/media-bytes.ts';
import { mediaSettings } from '../media/media-settings.ts';
import { StoreError } from '../media/store-error.ts';
import { Recording } from '../recording/recording.ts';
import { RecordingManifest } from '../recording/recording-manifest.ts';

/** What lies below `/vod` and `/clip`. */
export const RECORDED_KINDS = ['vod', 'clip'] as const;
export type RecordedKind = (typeof RECORDED_KINDS)[number];

/** A recording or a clip, read and ready to be listed. */
export interface FoundRecording {
  readonly kind: 'found';
  readonly manifest: RecordingManifest;
  readonly recording: Recording;
  /** Of the manifest, as it stands in the bucket. */
  readonly sizeBytes: number;
}

/** Three times what the oddest timeline has (recorded-timeline.ts). What is larger is none of ours. */
const MANIFEST_BYTES_MAX = 8 * 1024 * 1024;
/** What is read of JSON takes several times its length in memory. */
const MEMORY_PER_BYTE = 6;
/** Of all that are remembered; usual ones have some kilobytes, so these are thousands. The oldest goes. */
const SHELF_BYTES_MAX = 24 * 1024 * 1024;
/** Playlists that were written of it are remembered for a moment more (routes.ts); together it is what caches may. */
const KEPT_MS = RECORDED_MAX_AGE_S * 1_000 - 2_000;

const shelf = new Collapse<FoundRecording | Refused>({
  ...VIEWER_LIMITS,
  recent: {
    bytesMax: SHELF_BYTES_MAX,
    sizeBytes: (found) => (found.kind === 'found' ? found.sizeBytes * MEMORY_PER_BYTE : 0),
    // One that is not there may be there a moment later.
    keepMs: (found) => (found.kind === 'found' ? KEPT_MS : 0),
  },
});

/** Whose request it is read for. */
export interface ShelfScope {
  readonly bindings: EdgeBindings;
  readonly life: RequestLife;
}

/** Where the manifest is, of what an address names; `undefined`: nothing is named so. */
export function recordedKey(kind: RecordedKind, id: string): string | undefined {
  if (kind === 'vod') {
    const broadcastId = BroadcastId.safeParse(id);
    return broadcastId.success ? recordingKey(broadcastId.data) : undefined;
  }
  const clipId = ClipId.safeParse(id);
  return clipId.success ? clipKey(clipId.data) : undefined;
}

/** A recording or a clip out of the bucket, read once for all who ask in this isolate, and remembered for some seconds. */
export function findRecorded({ bindings, life }: ShelfScope, key: string): Promise<FoundRecording | Refused> {
  const read = () => readRecorded(bindings, key);
  return bindings.PLAYLIST_COLLAPSING === 'off' ? read() : shelf.run(key, life, read);
}

/** It was removed, or is another one now. */
export function forgetRecorded(key: string): void {
  shelf.forget(key);
}

/** The same, as it stands in the bucket now. */
export async function readRecorded(bindings: EdgeBindings, key: string): Promise<FoundRecording | Refused> {
  try {
    const read = await mediaSettings(bindings).store.read(key, WHOLE);
    if (read?.kind !== 'bytes') return refused(key.startsWith('_clip/') ? 'no-such-clip' : 'no-such-recording');
    const { sizeBytes, body } = read;
    if (sizeBytes > MANIFEST_BYTES_MAX) throw new StoreError('unexpected', `a manifest of ${sizeBytes} bytes`);
    const text = new TextDecoder().decode(await holdBytes(body, sizeBytes));
    const manifest = RecordingManifest.parse(JSON.parse(text));
    return { kind: 'found', manifest, recording: Recording.of(manifest), sizeBytes };
  } catch (error) {
    log('error', 'a recording could not be read', { key, reason: String(error) });
    return refused('unavailable');
  }
}
