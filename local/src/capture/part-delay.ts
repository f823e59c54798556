import type { Capture, CapturedRendition } from './capture.ts';
import { readFragments } from './fragment-reader.ts';
import { viewMediaPlaylist } from './playlist-view.ts';
import { initOf } from './rendition-view.ts';

/** prft's flags: the moof was finalised, or written, at that time (ISO/IEC 14496-12 §8.16.5). */
const MOOF_FINISHED = 0x2 | 0x4;

export interface PartDelays {
  /** From the part leaving the packager to the playlist that lists it in the client's hands. */
  readonly delaysMs: readonly number[];
  /**
   * `packaged`: prft tells when the part was finished. `captured`: it tells the time of the first frame, so the part's
   * own length was taken off, and encoding is in the figure.
   */
  readonly meaning: 'packaged' | 'captured';
}

/** How long parts took from the packager to a waiting client, out of a capture. Pure. */
export function partDelays(capture: Capture): PartDelays {
  const all = capture.renditions.map(renditionDelays);
  return {
    delaysMs: all.flatMap(({ delaysMs }) => delaysMs),
    meaning: all.every(({ meaning }) => meaning === 'packaged') ? 'packaged' : 'captured',
  };
}

function renditionDelays(rendition: CapturedRendition): PartDelays {
  const init = initOf(rendition);
  const delaysMs: number[] = [];
  let meaning: PartDelays['meaning'] = 'packaged';
  if (init === undefined) return { delaysMs, meaning };
  for (const { uri, receivedAtMs } of firstListings(rendition)) {
    const object = rendition.objects.get(new URL(uri, rendition.playlistUrl).href);
    const fragment = object === undefined || object.status !== 200 ? undefined : readFragments(object.bytes, init)[0];
    if (fragment?.producerTime === undefined) continue;
    const isFinishTime = (fragment.producerTime.flags & MOOF_FINISHED) !== 0;
    if (!isFinishTime) meaning = 'captured';
    const lengthMs = isFinishTime ? 0 : (fragment.durationTicks / init.timescaleHz) * 1_000;
    delaysMs.push(receivedAtMs - fragment.producerTime.wallMs - lengthMs);
  }
  return { delaysMs, meaning };
}

/** Parts that came new with a held answer; those of the very first playlist had been there for a while. */
function firstListings({ versions }: CapturedRendition): { readonly uri: string; readonly receivedAtMs: number }[] {
  const seen = new Set<string>();
  return versions.flatMap(({ text, receivedAtMs }, index) => {
    const uris = viewMediaPlaylist(text).segments.flatMap(({ parts }) => parts.map(({ uri }) => uri));
    const fresh = uris.filter((uri) => !seen.has(uri));
    for (const uri of fresh) seen.add(uri);
    return index === 0 ? [] : fresh.map((uri) => ({ uri, receivedAtMs }));
  });
}
