/** One small picture of a broadcast, in an image of many. */
export interface StoryTile {
  /** Since the broadcast's, recording's or clip's start. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Absolute. */
  readonly imageUrl: string;
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** W3C WebVTT §4.1, "cue timings": hours may be left out. */
const TIMINGS = /^(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})/;
/** Media Fragments URI 1.0 §4.2.2, in pixels. */
const PLACE = /^(.+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;
/** A day of slots of five seconds; what is longer is shown without its end. */
const TILES_MAX = 17_280;

/** The tiles of a storyboard (WebVTT whose cues name places in images), in the order of time. What is no tile is left out. */
export function readStoryboard(text: string, address: string): readonly StoryTile[] {
  const tiles: StoryTile[] = [];
  let span: readonly [number, number] | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const timings = TIMINGS.exec(line);
    if (timings !== null) {
      span = [timeMs(timings.slice(1, 5)), timeMs(timings.slice(5, 9))];
      continue;
    }
    const tile = span === undefined ? undefined : tileOf(line, span, address);
    span = undefined;
    if (tile !== undefined && tiles.length < TILES_MAX) tiles.push(tile);
  }
  return tiles.sort((one, other) => one.fromMs - other.fromMs);
}

/** What was to be seen at a time; the nearest one where there is none of it, as the newest are made some seconds later. */
export function tileAt(tiles: readonly StoryTile[], atMs: number): StoryTile | undefined {
  let [low, high] = [0, tiles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tiles[middle]?.fromMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return tiles[Math.max(0, low - 1)];
}

/** contracts' THUMBNAIL_SLOT_MS: a thumbnail is of so much of a broadcast's time. */
const SLOT_MS = 5_000;
/** From the end of a slot to its thumbnail: it is asked for when it is there for sure. */
const MADE_MS = 10_000;

/** What was to be seen at a time of a live broadcast. */
export type StoryPicture =
  | { readonly kind: 'tile'; readonly tile: StoryTile }
  /** A whole thumbnail: sprites of many are made of them later. */
  | { readonly kind: 'thumbnail'; readonly url: string };

/**
 * Of a live broadcast, of which the newest minutes are in no sprite yet. `undefined`: there is none yet.
 *
 * @param base Where the broadcast is: `/live/demo/0mgx…`.
 */
export function pictureAt(
  tiles: readonly StoryTile[],
  atMs: number,
  { base, liveMs }: { readonly base: string; readonly liveMs: number },
): StoryPicture | undefined {
  const lastMs = tiles.at(-1)?.toMs ?? 0;
  if (atMs < lastMs) {
    const tile = tileAt(tiles, atMs);
    return tile === undefined ? undefined : { kind: 'tile', tile };
  }
  const newestSlot = Math.floor((liveMs - MADE_MS) / SLOT_MS) - 1;
  const slot = Math.min(newestSlot, Math.floor(atMs / SLOT_MS));
  return slot < 0 ? undefined : { kind: 'thumbnail', url: thumbnailOfSlot(base, slot) };
}

/** `base`: where the broadcast is. */
export function thumbnailOfSlot(base: string, slot: number): string {
  return `${base}/thumbnails/${slot}.jpg`;
}

function tileOf(line: string, [fromMs, toMs]: readonly [number, number], address: string): StoryTile | undefined {
  const [, image, x, y, width, height] = PLACE.exec(line.trim()) ?? [];
  const url = image === undefined ? null : URL.parse(image, address);
  // Pictures are the edge's own: the page's policy lets no others in.
  if (url === null || url.origin !== new URL(address).origin) return undefined;
  const [xPx, yPx, widthPx, heightPx] = [Number(x), Number(y), Number(width), Number(height)];
  return widthPx > 0 && heightPx > 0 ? { fromMs, toMs, imageUrl: url.href, xPx, yPx, widthPx, heightPx } : undefined;
}

function timeMs([hours = '0', minutes, seconds, thousandths]: readonly (string | undefined)[]): number {
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(thousandths);
}
