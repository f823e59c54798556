import { BroadcastId, ChannelId, ClipCut, ClipId, clipKey, recordingKey } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { askChannel } from '../channel/ask-channel.ts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { readBoundedJson } from '../http/bounded-body.ts';
import { cacheControl } from '../http/cache-control.ts';
import { JSON_CONTENT_TYPE } from '../http/content-types.ts';
import { readPath } from '../http/path.ts';
import { problem } from '../http/problem.ts';
import { log } from '../log.ts';
import { mediaSettings } from '../media/media-settings.ts';
import { StoreError } from '../media/store-error.ts';
import { callInvalid, isFromControl } from '../playback/control-call.ts';
import { broadcastSpan } from '../recording/broadcast-span.ts';
import { type ClipManifest, clipCutAnswer, cutClip } from '../recording/clip-cut.ts';
import type { ClipReply } from '../recording/clip-source.ts';
import { Recording } from '../recording/recording.ts';
import type { RecordingManifest } from '../recording/recording-manifest.ts';
import { storedPicture } from '../recording/stored-picture.ts';
import { pictureSlots } from '../thumbnails/picture-slots.ts';
import { findRecorded, forgetRecorded, readRecorded } from './recording-shelf.ts';

const ClipPath = z.object({ channelId: ChannelId, clipId: ClipId });
type ClipPath = z.infer<typeof ClipPath>;
const RecordingPath = z.object({ channelId: ChannelId, broadcastId: BroadcastId });

/** Three numbers and an id. */
const BODY_BYTES_MAX = 4_096;

/** What the control API tells the edge of recordings and clips, below `/control/v1/channels/{channelId}`. */
export function clipControlRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.put('/:channelId/clips/:clipId', cut);
  app.delete('/:channelId/clips/:clipId', removeClip);
  app.all('/:channelId/clips/:clipId', () => problem('method-not-allowed', undefined, { allow: 'PUT, DELETE' }));
  app.delete('/:channelId/recordings/:broadcastId', forgetRecording);
  app.all('/:channelId/recordings/:broadcastId', () => problem('method-not-allowed', undefined, { allow: 'DELETE' }));
  return app;
}

/** Cuts a clip. What an id was cut as it stays, however often and whatever is asked. */
async function cut(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ClipPath);
  if (path instanceof Response) return path;
  if (!(await isFromControl(c, path.channelId))) return callInvalid();
  const read = await readBoundedJson(c.req.raw, BODY_BYTES_MAX);
  if (read.kind === 'too-large') return problem('request-too-large', `More than ${BODY_BYTES_MAX} bytes.`);
  const wanted = ClipCut.safeParse(read.kind === 'json' ? read.value : undefined);
  if (!wanted.success) return problem('request-invalid', wanted.error.issues[0]?.message);
  const manifest = (await ownClip(c, path)) ?? (await newClip(c, path, wanted.data));
  if ('kind' in manifest) return problem(manifest.code, manifest.detail);
  return c.json(clipCutAnswer(manifest), 200, { 'cache-control': cacheControl({ kind: 'never' }) });
}

async function removeClip(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ClipPath);
  if (path instanceof Response) return path;
  if (!(await isFromControl(c, path.channelId))) return callInvalid();
  const own = await ownClip(c, path);
  if (own !== undefined && 'kind' in own) return problem(own.code, own.detail);
  const key = clipKey(path.clipId);
  const failure = await changed(key, () => mediaSettings(c.env).store.remove(key));
  return failure === undefined ? new Response(null, { status: 204 }) : problem(failure.code);
}

/** The recording's object is the control API's to remove; what this isolate remembers of it goes at once. */
async function forgetRecording(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, RecordingPath);
  if (path instanceof Response) return path;
  if (!(await isFromControl(c, path.channelId))) return callInvalid();
  forgetRecorded(recordingKey(path.broadcastId));
  return new Response(null, { status: 204 });
}

/** The clip of that id as it stands in the bucket; `undefined`: there is none. */
async function ownClip(
  c: Context<EdgeEnv>,
  { channelId, clipId }: ClipPath,
): Promise<RecordingManifest | Refused | undefined> {
  const found = await readRecorded(c.env, clipKey(clipId));
  if (found.kind === 'refused') return found.code === 'no-such-clip' ? undefined : found;
  return found.manifest.channelId === channelId ? found.manifest : refused('no-such-clip');
}

async function newClip(
  c: Context<EdgeEnv>,
  { channelId, clipId }: ClipPath,
  wanted: ClipCut,
): Promise<ClipManifest | Refused> {
  const asked = { channelId, isRepeatable: true };
  const reply = await askChannel<ClipReply>(c.env, asked, (channel) => channel.cutClip(clipId, wanted));
  const cut = await cutAnywhere(c, { channelId, clipId, wanted, reply });
  if (cut.kind === 'refused') return cut;
  const key = clipKey(clipId);
  const { store } = mediaSettings(c.env);
  let { manifest } = cut;
  const failure = await changed(key, async () => {
    const pictureSlot = await storedPicture(store, manifest, slotsFor(cut));
    if (pictureSlot !== undefined) manifest = { ...manifest, pictureSlot };
    await store.write(key, new Uint8Array(new TextEncoder().encode(JSON.stringify(manifest))), JSON_CONTENT_TYPE);
  });
  return failure ?? manifest;
}

type CutClip = Extract<ClipReply, { kind: 'cut' }>;

/** Whose thumbnail it may be shown by, the best first: where players begin, near that, and then how the broadcast looked else. */
function slotsFor({ manifest, otherSlot }: CutClip): number[] {
  const span = broadcastSpan(Recording.of(manifest));
  if (span === undefined) return [];
  const fromMs = span.fromMs + manifest.clip.startOffsetMs;
  return [...pictureSlots({ ...span, fromMs }), ...(otherSlot === undefined ? [] : [otherSlot])];
}

/** What the channel's object has cut; or a cut out of the recording, where that is who knows the broadcast. */
async function cutAnywhere(
  c: Context<EdgeEnv>,
  { channelId, clipId, wanted, reply }: ClipPath & { readonly wanted: ClipCut; readonly reply: ClipReply },
): Promise<CutClip | Refused> {
  if (reply.kind !== 'elsewhere') return reply;
  const found = await findRecorded({ bindings: c.env, life: c.executionCtx }, recordingKey(reply.broadcastId));
  if (found.kind === 'refused') return found.code === 'no-such-recording' ? refused('no-such-media') : found;
  const { storyboards, pictureSlot } = found.manifest;
  if (found.manifest.channelId !== channelId) return refused('no-such-media');
  const cut = cutClip(found.recording, { ...wanted, clipId, isLive: false, storyboards });
  return 'kind' in cut ? cut : { kind: 'cut', manifest: cut, otherSlot: pictureSlot };
}

/** Changes an object in the bucket, of which this isolate forgets what it knew. `undefined`: it is done. */
async function changed(key: string, change: () => Promise<void>): Promise<Refused | undefined> {
  try {
    await change();
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log('error', 'the bucket could not be written', { key, reason: error.message });
    return refused('unavailable');
  } finally {
    forgetRecorded(key);
  }
}
