import type { DateRangeAnnounced, Delivery, PartAnnounced } from '@sluice/contracts';
import { ListedId } from '../mux/muxed-id.ts';
import { listedRendition, muxedPresentation } from '../mux/muxed-presentation.ts';
import { urisOf } from '../mux/muxed-uris.ts';
import {
  checkDelta,
  checkMediaPlaylist,
  checkPresentation,
  checkSuccession,
  decimalValue,
  type ParsedMediaPlaylist,
  type Violation,
} from '../playlist-check/playlist-check.ts';
import { LiveWindow } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import type { Skip } from '../window/reload-directives.ts';
import { TestBroadcast, type TestBroadcastOptions } from './test-broadcast.ts';

export interface TestPresentationOptions extends TestBroadcastOptions {
  readonly dvrWindowS?: number;
  /** Apply each delta update to every version that a client may have asked with, not only to the last. */
  readonly appliesToAll?: boolean;
  /** Which renditions are looked at. */
  readonly delivery?: Delivery;
}

/** A live window whose playlists are all checked at every change: each by itself, with each other, and over time. */
export class TestPresentation {
  readonly broadcast: TestBroadcast;
  readonly window: LiveWindow;
  readonly violations: Violation[] = [];
  /** How many delta updates were applied to an earlier version. */
  appliedCount = 0;
  readonly #appliesToAll: boolean;
  readonly #delivery: Delivery;
  readonly #before = new Map<string, readonly ParsedMediaPlaylist[]>();

  constructor(given: TestPresentationOptions = {}) {
    const { dvrWindowS = 30, appliesToAll = false, delivery = 'separate', ...options } = given;
    this.broadcast = new TestBroadcast(options);
    this.window = new LiveWindow({ description: this.broadcast.description, dvrWindowS });
    this.#appliesToAll = appliesToAll;
    this.#delivery = delivery;
  }

  /** One announcement, and a look at every playlist if viewers could have one. */
  announce(parts: readonly PartAnnounced[], dateRanges: readonly DateRangeAnnounced[] = []): void {
    this.window.takeDateRanges(dateRanges);
    this.window.append(parts);
    this.#look();
  }

  /** Other encoders go on, under init segments of this version. */
  redescribe(initVersion: number): void {
    const { description } = this.broadcast;
    const renditions = description.renditions.map((rendition) => ({ ...rendition, initVersion }));
    this.window.describe({ ...description, renditions });
    this.#look();
  }

  end(): void {
    this.window.end();
    this.#look();
  }

  text(renditionId: ListedId, skip?: Skip): string {
    const own = listedRendition(this.window, renditionId);
    if (own === undefined) throw new Error(`there is no ${renditionId}`);
    return mediaPlaylist(own.window, own.rendition, { skip, uris: urisOf(own.rendition) });
  }

  parsed(renditionId: ListedId, skip?: Skip): ParsedMediaPlaylist {
    return checkMediaPlaylist(this.text(renditionId, skip)).playlist;
  }

  get #shown() {
    return this.#delivery === 'muxed' ? muxedPresentation(this.window) : this.window;
  }

  #look(): void {
    if (!this.window.isPlayable) return;
    const now = new Map<string, ParsedMediaPlaylist>();
    for (const name of this.#shown.renditions.keys()) {
      const renditionId = ListedId.parse(name);
      const text = this.text(renditionId);
      const { playlist, violations } = checkMediaPlaylist(text);
      const uri = `${renditionId}.m3u8`;
      now.set(uri, playlist);
      const before = this.#before.get(uri) ?? [];
      const last = before.at(-1);
      this.violations.push(...violations, ...(last === undefined ? [] : checkSuccession(last, playlist)));
      this.#lookAtDeltas(renditionId, before, { text, playlist });
      const kept = this.#appliesToAll ? before.filter((version) => isYoung(version, playlist)) : [];
      this.#before.set(uri, [...kept, playlist]);
    }
    this.violations.push(...checkPresentation(now));
  }

  /** What a client gets that has an earlier version and asks for what is new. */
  #lookAtDeltas(
    renditionId: ListedId,
    before: readonly ParsedMediaPlaylist[],
    whole: { readonly text: string; readonly playlist: ParsedMediaPlaylist },
  ): void {
    for (const skip of ['YES', 'v2'] as const) {
      const text = this.text(renditionId, skip);
      if (text === whole.text) continue;
      const { playlist: delta, violations } = checkMediaPlaylist(text);
      this.violations.push(...violations);
      for (const version of before.filter((each) => isYoung(each, whole.playlist))) {
        this.violations.push(...checkDelta(version, delta, whole.playlist));
        this.appliedCount += 1;
      }
    }
  }
}

/** By the playlists' own time. Clients ask with a version that is half as old at most (rfc8216bis §6.3.7). */
function isYoung(version: ParsedMediaPlaylist, now: ParsedMediaPlaylist): boolean {
  const skipUntilS = (now.serverControl && decimalValue(now.serverControl, 'CAN-SKIP-UNTIL')) ?? 0;
  return endMs(now) - endMs(version) < skipUntilS * 1_000;
}

function endMs({ segments }: ParsedMediaPlaylist): number {
  const last = segments.at(-1);
  return (last?.programDateTimeMs ?? 0) + (last?.durationS ?? 0) * 1_000;
}
