import type { BroadcastDescription, BroadcastId, ChannelId, Rendition, RenditionId } from '@sluice/contracts';
import { type PlaylistTiming, playlistTiming, startDateMs } from '../window/playlist-timing.ts';
import type { RenditionGrid } from '../window/rendition-grid.ts';
import type { SegmentArchive } from '../window/segment-archive.ts';
import { runEndTicks, runWithin } from '../window/segment-run.ts';
import type { DateRange } from '../window/window-state.ts';
import { archivesOf, gridsOf } from './recorded-timeline.ts';
import type { Bitrate, RecordingManifest } from './recording-manifest.ts';
import type { TimelineArchives } from './timeline-state.ts';

/** One rendition of a recording. */
export interface RecordedRendition {
  readonly rendition: Rendition;
  readonly grid: RenditionGrid;
  /** All its segments. */
  readonly archive: SegmentArchive;
  /** As multivariant playlists ask for it. */
  readonly bitrate: {
    peakBps(declaredBps: number): number;
    averageBps(): number | undefined;
  };
}

export interface RecordingOptions {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly description: BroadcastDescription;
  /** In pieces, the oldest first. */
  readonly timeline: readonly TimelineArchives[];
  readonly bitrates: RecordingManifest['bitrates'];
  readonly dateRanges: readonly DateRange[];
}

/** What was shown of a broadcast, whole or cut out, as playlists are written from it. It never changes. */
export class Recording {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly description: BroadcastDescription;
  readonly timing: PlaylistTiming;
  readonly renditions: ReadonlyMap<RenditionId, RecordedRendition>;
  readonly bitrates: RecordingOptions['bitrates'];
  readonly dateRanges: readonly DateRange[];

  constructor(options: RecordingOptions) {
    const { description, timeline, bitrates } = options;
    this.channelId = options.channelId;
    this.broadcastId = options.broadcastId;
    this.description = description;
    this.timing = playlistTiming(description);
    this.bitrates = bitrates;
    this.dateRanges = options.dateRanges;
    const grids = gridsOf(description);
    const archives = archivesOf(grids, timeline);
    this.renditions = new Map(
      description.renditions.flatMap((rendition) => {
        const { id } = rendition;
        const [archive, grid] = [archives.get(id), grids.get(id)];
        // Nobody could play a rendition that has nothing.
        if (archive === undefined || grid === undefined || archive.count === 0) return [];
        return [[id, { rendition, grid, archive, bitrate: bitrateOf(bitrates[id]) }] as const];
      }),
    );
  }

  static of({ timeline, ...manifest }: RecordingManifest): Recording {
    return new Recording({ ...manifest, timeline: [timeline] });
  }

  /** By whose segments it is cut and its time is told: a picture, where there is one. */
  get lead(): RecordedRendition | undefined {
    const all = [...this.renditions.values()];
    return all.find(({ rendition }) => rendition.kind === 'video') ?? all[0];
  }

  /** Wall time of its first picture, as playlists date it; `undefined`: there is nothing. */
  get fromMs(): number | undefined {
    const [run] = this.lead?.archive.runs ?? [];
    return this.lead && run && startDateMs(this.description, this.lead.rendition, run);
  }

  /** Wall time of the end of its last picture. */
  get toMs(): number | undefined {
    return this.lead && endDateMs(this.description, this.lead);
  }

  /** Segments of all renditions from one msn on, up to another and without it. */
  timelineWithin(fromMsn: number, toMsn: number): TimelineArchives {
    const within = archivesOf(gridsOf(this.description), []);
    for (const [id, { archive, grid }] of this.renditions) {
      for (const run of archive.runs) {
        const rest = runWithin(run, { fromMsn, toMsn }, grid);
        const isFirst = within.get(id)?.count === 0;
        // There is nothing before it that it could differ from.
        if (rest !== undefined) within.get(id)?.pushRun(isFirst ? { ...rest, isDiscontinuity: false } : rest);
      }
    }
    return Object.fromEntries([...within].map(([id, archive]) => [id, archive.state()]));
  }
}

function endDateMs(description: BroadcastDescription, { rendition, archive, grid }: RecordedRendition) {
  const run = archive.runs.at(-1);
  if (run === undefined) return undefined;
  return startDateMs(description, rendition, { startTicks: runEndTicks(run, grid), cutTicks: run.cutTicks });
}

function bitrateOf(bitrate: Bitrate | undefined): RecordedRendition['bitrate'] {
  return {
    peakBps: (declaredBps) => bitrate?.peakBps ?? declaredBps,
    averageBps: () => bitrate?.averageBps,
  };
}
