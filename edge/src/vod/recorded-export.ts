import { isWithinHeight, type Rendition, RenditionId } from '@sluice/contracts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import { BucketReader } from '../export/bucket-reader.ts';
import type { ExportSegment, ExportTrack } from '../export/export-source.ts';
import type { ExportOrder, FoundExport } from '../export/route.ts';
import type { MediaStore } from '../media/media-store.ts';
import type { RecordedRendition, Recording } from '../recording/recording.ts';
import { sumTicks } from '../window/closed-segment.ts';
import { runSegment } from '../window/segment-run.ts';
import { sourceId } from '../window/window-segment.ts';

interface ExportedRenditions {
  readonly video: RecordedRendition | undefined;
  readonly audio: RecordedRendition | undefined;
}

/**
 * What is exported of a recording or a clip: the picture and the sound that are named; where neither is, the largest
 * picture that the token goes as far as and the best sound.
 */
export function recordedExport(recording: Recording, store: MediaStore, order: ExportOrder): FoundExport | Refused {
  const { channelId, broadcastId, description } = recording;
  const isNamed = order.videoId !== undefined || order.audioId !== undefined;
  const exported = isNamed ? namedRenditions(recording, order) : bestRenditions(recording, order.heightPxMax);
  if (exported === undefined) return refused('no-such-rendition');
  const { video, audio } = exported;
  if (video === undefined && audio === undefined) return refused('no-such-media');
  return {
    kind: 'found',
    channelId,
    broadcastId,
    videoId: video?.rendition.id,
    audioId: audio?.rendition.id,
    source: {
      startedAtMs: recording.fromMs ?? description.startedAtMs,
      video: video && exportTrack(video),
      audio: audio && exportTrack(audio),
      reader: new BucketReader(store, { channelId, broadcastId }),
    },
  };
}

/** `undefined`: one that is named is not there. */
function namedRenditions({ renditions }: Recording, { videoId, audioId }: ExportOrder): ExportedRenditions | undefined {
  const video = videoId && renditions.get(videoId);
  const audio = audioId && renditions.get(audioId);
  const isThere = (videoId === undefined || video !== undefined) && (audioId === undefined || audio !== undefined);
  return isThere ? { video, audio } : undefined;
}

function bestRenditions({ renditions }: Recording, heightPxMax: number | undefined): ExportedRenditions {
  const allowed = [...renditions.values()].filter(({ rendition: { id } }) => isWithinHeight(id, heightPxMax));
  const bestOf = (kind: Rendition['kind']) =>
    allowed.filter(({ rendition }) => rendition.kind === kind).sort(bestFirst)[0];
  return { video: bestOf('video'), audio: bestOf('audio') };
}

/** Of two pictures of one size the one with more bits is the better one. */
function bestFirst({ rendition: one }: RecordedRendition, { rendition: other }: RecordedRendition): number {
  return heightPx(other) - heightPx(one) || other.bitrateBpsMax - one.bitrateBpsMax;
}

function heightPx(rendition: Rendition): number {
  return rendition.kind === 'video' ? rendition.heightPx : 0;
}

function exportTrack(recorded: RecordedRendition): ExportTrack {
  return { timescaleHz: recorded.rendition.timescaleHz, segments: exportSegments(recorded) };
}

function* exportSegments({ rendition, archive, grid }: RecordedRendition): Generator<ExportSegment> {
  // Without parts a segment has no other object.
  const hasParts = grid.grid.partsPerSegment > 1;
  for (const run of archive.runs) {
    const renditionId = RenditionId.parse(sourceId(rendition, run));
    for (let msn = run.msn; msn < run.msn + run.count; msn += 1) {
      const { initVersion, startTicks, partTicks, gapParts } = runSegment(run, msn, grid);
      yield {
        msn,
        renditionId,
        initVersion,
        startTicks,
        durationTicks: sumTicks(partTicks),
        isGap: gapParts.length > 0,
        ...(hasParts && { partCount: partTicks.length }),
      };
    }
  }
}
