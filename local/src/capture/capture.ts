import { setTimeout as sleep } from 'node:timers/promises';
import { ChannelStatus } from '@sluice/contracts';
import { mediaPlaylistUris, nextReload, viewMediaPlaylist } from './playlist-view.ts';

/** One version of a playlist, as it came. */
export interface PlaylistVersion {
  readonly url: string;
  readonly receivedAtMs: number;
  readonly text: string;
}

/** An object as it came: a part, a segment or an init segment. */
export interface CapturedObject {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly bytes: Uint8Array;
}

export interface CapturedRendition {
  readonly playlistUrl: string;
  readonly versions: readonly PlaylistVersion[];
  /** By absolute URL. */
  readonly objects: ReadonlyMap<string, CapturedObject>;
}

/** Everything that a client could see of a channel for a while. */
export interface Capture {
  readonly status: ChannelStatus;
  readonly multivariantUrl: string;
  readonly multivariant: string;
  readonly renditions: readonly CapturedRendition[];
}

export interface CaptureOptions {
  readonly edgeUrl: string;
  readonly channelId: string;
  readonly durationMs: number;
  /** Of what is listed at the beginning, only so many segments from the live edge back are fetched. Default: all. */
  readonly pastSegmentsMax?: number;
}

/** A held reload is answered within three target durations (rfc8216bis §6.2.5.2); this leaves room for a slow machine. */
const ANSWER_MS_MAX = 30_000;
/** An edge that answers at once although asked to wait would be flooded. */
const RELOADS_PER_S_MAX = 50;
/** A minute of a ladder is a few hundred objects a rendition; the cap is for a playlist gone mad. */
const OBJECTS_MAX = 20_000;

/** The edge answered what a client cannot go on with. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

/** Watches all renditions at once, as a client with blocking reloads does, and keeps every byte. Rejects with CaptureError. */
export async function captureChannel(options: CaptureOptions): Promise<Capture> {
  const base = `${options.edgeUrl}/live/${options.channelId}`;
  const status = ChannelStatus.parse(JSON.parse(await getText(`${base}/status.json`)));
  const multivariantUrl = `${base}/index.m3u8`;
  const multivariant = await getText(multivariantUrl);
  const untilMs = performance.now() + options.durationMs;
  const { pastSegmentsMax = Number.POSITIVE_INFINITY } = options;
  const renditions = await Promise.all(
    mediaPlaylistUris(multivariant).map((uri) =>
      captureRendition(new URL(uri, multivariantUrl).href, { untilMs, pastSegmentsMax }),
    ),
  );
  return { status, multivariantUrl, multivariant, renditions };
}

async function captureRendition(
  playlistUrl: string,
  { untilMs, pastSegmentsMax }: { readonly untilMs: number; readonly pastSegmentsMax: number },
): Promise<CapturedRendition> {
  const versions: PlaylistVersion[] = [];
  const objects = new Map<string, Promise<CapturedObject>>();
  let url = playlistUrl;
  let isEnded = false;
  let firstMsn: number | undefined;
  while (!isEnded && (versions.length === 0 || performance.now() < untilMs)) {
    const askedAtMs = performance.now();
    const text = await getText(url);
    versions.push({ url, receivedAtMs: Date.now(), text });
    const view = viewMediaPlaylist(text);
    firstMsn ??= (view.segments.at(-1)?.msn ?? 0) - pastSegmentsMax;
    fetchNew(view, { playlistUrl, firstMsn, objects });
    isEnded = view.isEnded;
    url = playlistUrl + nextReload(view);
    await sleep(Math.max(0, 1_000 / RELOADS_PER_S_MAX - (performance.now() - askedAtMs)));
  }
  const fetched = await Promise.all(objects.values());
  return { playlistUrl, versions, objects: new Map(fetched.map((object) => [object.url, object])) };
}

/** Asks for everything that is listed for the first time, at once: listed means there (rfc8216bis §6.2.1). */
function fetchNew(
  view: ReturnType<typeof viewMediaPlaylist>,
  known: {
    readonly playlistUrl: string;
    readonly firstMsn: number;
    readonly objects: Map<string, Promise<CapturedObject>>;
  },
): void {
  const { playlistUrl, firstMsn, objects } = known;
  const segments = view.segments.filter(({ msn }) => msn >= firstMsn);
  const uris = segments.flatMap(({ uri, parts, isGap }) => [
    ...parts.filter((part) => !part.isGap).map((part) => part.uri),
    ...(uri === undefined || isGap ? [] : [uri]),
  ]);
  for (const uri of view.initUri === undefined ? uris : [view.initUri, ...uris]) {
    const url = new URL(uri, playlistUrl).href;
    if (objects.has(url)) continue;
    if (objects.size >= OBJECTS_MAX) throw new CaptureError(`more than ${OBJECTS_MAX} objects in one rendition`);
    const object = getObject(url);
    // Whoever awaits it gets the error; until then it must not end the process.
    object.catch(() => undefined);
    objects.set(url, object);
  }
}

async function getObject(url: string): Promise<CapturedObject> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  return {
    url,
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    cacheControl: answer.headers.get('cache-control') ?? '',
    bytes: new Uint8Array(await answer.arrayBuffer()),
  };
}

async function getText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  const text = await answer.text();
  if (!answer.ok) throw new CaptureError(`${answer.status} for ${new URL(url).pathname}: ${text.slice(0, 200)}`);
  return text;
}
