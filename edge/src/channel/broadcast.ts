import type { BroadcastDescription, BroadcastId, Epoch, NextPart, PartAnnounced, RenditionId } from '@sluice/contracts';
import { type AppendResult, LiveWindow } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import type { RenditionWindow, RenditionWindowState } from '../window/rendition-window.ts';

export interface BroadcastOptions {
  readonly broadcastId: BroadcastId;
  /** That it began with. */
  readonly epoch: Epoch;
  readonly dvrWindowS: number;
}

/** What storage knows of a broadcast. */
export interface KeptBroadcast extends BroadcastOptions {
  readonly description: BroadcastDescription | undefined;
  readonly endedAtMs: number | undefined;
  readonly states: ReadonlyMap<RenditionId, RenditionWindowState>;
  readonly cut?: NextPart | undefined;
}

/** One broadcast of the channel: its live window once it was described, and the playlists written from it. */
export class Broadcast {
  readonly broadcastId: BroadcastId;
  readonly epoch: Epoch;
  readonly dvrWindowS: number;
  readonly #playlists = new Map<RenditionId, { readonly version: number; readonly text: string }>();
  /** Segments that storage does not know, or not all renditions of. */
  readonly #unkept = new Set<number>();
  /** Renditions of which the node has not yet sent again what a restart lost. */
  readonly #recovering = new Set<RenditionId>();
  #window: LiveWindow | undefined;
  #endedAtMs: number | undefined;
  #isRecordKept = false;

  constructor(options: BroadcastOptions) {
    this.broadcastId = options.broadcastId;
    this.epoch = options.epoch;
    this.dvrWindowS = options.dvrWindowS;
  }

  /** After a restart. Until the node has sent what came after the last kept segment, playlists would step back. */
  static restore(kept: KeptBroadcast): Broadcast {
    const broadcast = new Broadcast(kept);
    const { description, dvrWindowS, states, cut, endedAtMs } = kept;
    if (description !== undefined) broadcast.#window = new LiveWindow({ description, dvrWindowS, states, cut });
    if (endedAtMs !== undefined) broadcast.end(endedAtMs);
    else for (const id of broadcast.#window?.renditions.keys() ?? []) broadcast.#recovering.add(id);
    broadcast.#unkept.clear();
    broadcast.#isRecordKept = true;
    return broadcast;
  }

  get window(): LiveWindow | undefined {
    return this.#window;
  }

  get endedAtMs(): number | undefined {
    return this.#endedAtMs;
  }

  /** This object restarted and does not know yet what its predecessor last listed. */
  get isRecovering(): boolean {
    return this.#recovering.size > 0;
  }

  /** What was lost is not coming: better a step back than no playlist. */
  giveUpRecovery(): void {
    this.#recovering.clear();
  }

  /** Viewers can play it, or what is left of it. */
  get isPlayable(): boolean {
    return this.#window?.isPlayable === true;
  }

  rendition(renditionId: RenditionId): RenditionWindow | undefined {
    return this.#window?.renditions.get(renditionId);
  }

  /** Throws WindowError when it contradicts an earlier description. */
  describe(description: BroadcastDescription): void {
    this.#isRecordKept = false;
    if (this.#window === undefined) this.#window = new LiveWindow({ description, dvrWindowS: this.dvrWindowS });
    else this.#window.describe(description);
  }

  /** Takes announced parts; the broadcast must have been described. Throws WindowError. */
  append(window: LiveWindow, parts: readonly PartAnnounced[]): AppendResult {
    const wholeBefore = lastWholeMsns(window);
    const cutBefore = window.cut;
    try {
      const result = window.append(parts);
      // Resent parts come in order and in one announcement, so what grew and lacks nothing is where it was.
      for (const id of result.grown) if (!result.behind.has(id)) this.#recovering.delete(id);
      return result;
    } finally {
      this.#noteWhole(window, wholeBefore);
      if (window.cut !== cutBefore) this.#isRecordKept = false;
    }
  }

  end(nowMs: number): void {
    if (this.#endedAtMs !== undefined) return;
    this.#endedAtMs = nowMs;
    this.#isRecordKept = false;
    this.#recovering.clear();
    if (this.#window === undefined) return;
    const wholeBefore = lastWholeMsns(this.#window);
    this.#window.end();
    this.#noteWhole(this.#window, wholeBefore);
  }

  /** A rendition's playlist as of now; written once a version, however many ask. */
  playlist(window: LiveWindow, rendition: RenditionWindow): string {
    const { id } = rendition.rendition;
    const written = this.#playlists.get(id);
    if (written?.version === window.version) return written.text;
    const text = mediaPlaylist(window, rendition);
    this.#playlists.set(id, { version: window.version, text });
    return text;
  }

  /**
   * The msns that storage should learn now: whole in every rendition, or as whole as they will be for some time,
   * because another rendition is a segment ahead already. A row a segment, then, not one a rendition.
   */
  takeKeepable(): number[] {
    const lasts = this.#window === undefined ? [] : [...lastWholeMsns(this.#window).values()];
    const [least, most] = [Math.min(...lasts), Math.max(...lasts)];
    const isKeepable = (msn: number) => msn <= least || msn < most || this.#endedAtMs !== undefined;
    const keepable = [...this.#unkept].filter(isKeepable);
    for (const msn of keepable) this.#unkept.delete(msn);
    return keepable;
  }

  /** Whether its own row must be written; asked once, it is taken as done. */
  takeIsRecordUnkept(): boolean {
    const isUnkept = !this.#isRecordKept;
    this.#isRecordKept = true;
    return isUnkept;
  }

  #noteWhole(window: LiveWindow, before: ReadonlyMap<RenditionId, number>): void {
    for (const [id, last] of lastWholeMsns(window)) {
      for (let msn = (before.get(id) ?? 0) + 1; msn <= last; msn += 1) this.#unkept.add(msn);
    }
  }
}

function lastWholeMsns(window: LiveWindow): Map<RenditionId, number> {
  return new Map([...window.renditions].map(([id, { lastComplete }]) => [id, lastComplete?.msn ?? 0]));
}
