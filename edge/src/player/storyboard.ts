/** A picture of some seconds, inside of an image. */
export interface StoryboardTile {
  readonly fromMs: number;
  readonly toMs: number;
  readonly imageUrl: string;
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Two days of tiles of five seconds; what a page is sent beyond that it does not keep. */
const TILES_MAX = 35_000;
const TIMES = /^((?:[0-9]{2,}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}) --> ((?:[0-9]{2,}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3})/;
/** Media Fragments §4.2.2. */
const AREA = /#xywh=(?:pixel:)?([0-9]+),([0-9]+),([0-9]+),([0-9]+)$/;

/**
 * The tiles of a storyboard (WebVTT, a cue a tile), in the order of time. Whatever is none is left out. Pure.
 *
 * @param vttUrl where it is from: images are beside it.
 */
export function storyboardTiles(vtt: string, vttUrl: string): StoryboardTile[] {
  const tiles: StoryboardTile[] = [];
  const images = new Images(vttUrl);
  for (const block of vtt.split(/\r?\n\r?\n/)) {
    if (tiles.length === TILES_MAX) break;
    const tile = tileOf(block.trim().split(/\r?\n/), images);
    if (tile !== undefined) tiles.push(tile);
  }
  return tiles.sort((a, b) => a.fromMs - b.fromMs);
}

/** The tile of a time; `undefined` where there is none. Pure. */
export function tileAt(tiles: readonly StoryboardTile[], timeMs: number): StoryboardTile | undefined {
  let [low, high] = [0, tiles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tiles[middle]?.fromMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  const found = tiles[low - 1];
  return found !== undefined && timeMs < found.toMs ? found : undefined;
}

function tileOf(lines: readonly string[], images: Images): StoryboardTile | undefined {
  const timesAt = lines.findIndex((line) => TIMES.test(line));
  const [, from = '', to = ''] = TIMES.exec(lines[timesAt] ?? '') ?? [];
  const address = lines[timesAt + 1] ?? '';
  const area = AREA.exec(address);
  if (timesAt < 0 || area === null) return undefined;
  const imageUrl = images.url(address.slice(0, area.index));
  if (imageUrl === undefined) return undefined;
  const [leftPx = 0, topPx = 0, widthPx = 0, heightPx = 0] = area.slice(1).map(Number);
  return { fromMs: timestampMs(from), toMs: timestampMs(to), imageUrl, leftPx, topPx, widthPx, heightPx };
}

/** The addresses of a storyboard's images: many tiles have the same. */
class Images {
  readonly #vttUrl: string;
  readonly #urls = new Map<string, string | undefined>();

  constructor(vttUrl: string) {
    this.#vttUrl = vttUrl;
  }

  url(address: string): string | undefined {
    if (!this.#urls.has(address)) this.#urls.set(address, hrefOf(address, this.#vttUrl));
    return this.#urls.get(address);
  }
}

/** URL.parse and URL.canParse are younger than the oldest browsers that play. */
function hrefOf(address: string, baseUrl: string): string | undefined {
  try {
    return new URL(address, baseUrl).href;
  } catch {
    return undefined;
  }
}

/** WebVTT §4.1: `00:05.000`, `123:00:05.000`. */
function timestampMs(text: string): number {
  return Math.round(text.split(':').reduce((total, field) => total * 60 + Number(field), 0) * 1_000);
}

/** Contracts' THUMBNAIL_SLOT_MS, without what else is in there. */
const SLOT_MS = 5_000;

/** The slot of a time since the broadcast's start. */
export function slotOf(timeMs: number): number | undefined {
  return timeMs < 0 ? undefined : Math.floor(timeMs / SLOT_MS);
}

/** The one picture of a slot, twice as large as its tile. @param broadcastUrl without a `/` at its end. */
export function thumbnailUrl(broadcastUrl: string, slot: number): string {
  return `${broadcastUrl}/thumbnails/${slot}.jpg`;
}
