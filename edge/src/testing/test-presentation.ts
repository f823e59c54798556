import type { PartAnnounced, RenditionId } from '@sluice/contracts';
import {
  checkMediaPlaylist,
  checkPresentation,
  checkSuccession,
  type ParsedMediaPlaylist,
  type Violation,
} from '../playlist-check/playlist-check.ts';
import { LiveWindow } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import { TestBroadcast, type TestBroadcastOptions } from './test-broadcast.ts';

/** A live window whose playlists are all checked at every change: each by itself, with each other, and over time. */
export class TestPresentation {
  readonly broadcast: TestBroadcast;
  readonly window: LiveWindow;
  readonly violations: Violation[] = [];
  #before = new Map<string, ParsedMediaPlaylist>();

  constructor({ dvrWindowS = 30, ...options }: TestBroadcastOptions & { readonly dvrWindowS?: number } = {}) {
    this.broadcast = new TestBroadcast(options);
    this.window = new LiveWindow({ description: this.broadcast.description, dvrWindowS });
  }

  /** One announcement, and a look at every playlist if viewers could have one. */
  announce(parts: readonly PartAnnounced[]): void {
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

  text(renditionId: RenditionId): string {
    const own = this.window.renditions.get(renditionId);
    if (own === undefined) throw new Error(`there is no ${renditionId}`);
    return mediaPlaylist(this.window, own);
  }

  parsed(renditionId: RenditionId): ParsedMediaPlaylist {
    return checkMediaPlaylist(this.text(renditionId)).playlist;
  }

  #look(): void {
    if (!this.window.isPlayable) return;
    const now = new Map<string, ParsedMediaPlaylist>();
    for (const renditionId of this.window.renditions.keys()) {
      const { playlist, violations } = checkMediaPlaylist(this.text(renditionId));
      const uri = `${renditionId}.m3u8`;
      now.set(uri, playlist);
      const before = this.#before.get(uri);
      this.violations.push(...violations, ...(before === undefined ? [] : checkSuccession(before, playlist)));
    }
    this.violations.push(...checkPresentation(now));
    this.#before = now;
  }
}
