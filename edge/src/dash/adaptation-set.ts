import {
  type AudioRendition,
  type BroadcastId,
  initFileName,
  type Rendition,
  type VideoRendition,
} from '@sluice/contracts';
import { type MpdTiming, templateScale } from './mpd-timing.ts';
import { dateTime } from './mpd-values.ts';
import type { PeriodSpan } from './period-span.ts';
import { audioSet, type SwitchingSetContent, videoSet } from './switching-set.ts';
import { utcTiming } from './utc-timing.ts';
import { element, type XmlElement } from './xml-element.ts';

/** What an AdaptationSet is written from. */
export interface AdaptationSetOptions {
  /** Unique in its Period. */
  readonly id: number;
  /** Unique in the MPD. */
  readonly referenceTimeId: number;
  readonly timing: MpdTiming;
  readonly span: PeriodSpan;
  readonly startedAtMs: number;
  readonly broadcastId: BroadcastId;
}

/** All pictures of a Period of a live broadcast. */
export function videoAdaptationSet(renditions: readonly VideoRendition[], options: AdaptationSetOptions): XmlElement {
  return videoSet(renditions, contentOf(renditions[0], options));
}

/** Its sound. */
export function audioAdaptationSet(renditions: readonly AudioRendition[], options: AdaptationSetOptions): XmlElement {
  return audioSet(renditions, contentOf(renditions[0], options));
}

function contentOf(first: Rendition | undefined, options: AdaptationSetOptions): SwitchingSetContent {
  const hasTarget = first !== undefined && options.timing.targetLatencyMs !== undefined;
  return {
    id: options.id,
    head: hasTarget ? [producerReferenceTime(options)] : [],
    templateOf: (rendition) => segmentTemplate(rendition, options),
  };
}

/**
 * ISO/IEC 23009-1 §5.12: when the first sample of the Period was captured. Written from the grid, for `prft` boxes tell
 * when a part was finished (docs/adr/0012-prft-tells-when-a-part-was-finished.md).
 */
function producerReferenceTime({ timing, span, startedAtMs, referenceTimeId }: AdaptationSetOptions): XmlElement {
  const { timescale, duration } = templateScale(timing);
  const presentationTime = (span.firstMsn - 1) * duration;
  const attributes = {
    id: referenceTimeId,
    type: 'captured',
    wallClockTime: dateTime(startedAtMs + Math.round((presentationTime * 1_000) / timescale)),
    presentationTime,
  };
  return element('ProducerReferenceTime', attributes, [utcTiming()]);
}

/** ISO/IEC 23009-1 §5.3.9.4. An msn is a `$Number$`, so nothing has to be listed, and the MPD need not be fetched anew. */
function segmentTemplate(rendition: Rendition, { timing, span, broadcastId }: AdaptationSetOptions): XmlElement {
  const { timescale, duration } = templateScale(timing);
  const offset = (span.firstMsn - 1) * duration;
  const initVersion = span.initVersions.get(rendition.id) ?? rendition.initVersion;
  const offsetMs = timing.availabilityTimeOffsetMs;
  return element('SegmentTemplate', {
    timescale,
    duration,
    presentationTimeOffset: offset === 0 ? undefined : offset,
    startNumber: span.firstMsn,
    availabilityTimeOffset: offsetMs === undefined ? undefined : (offsetMs / 1_000).toFixed(3),
    availabilityTimeComplete: offsetMs === undefined ? undefined : 'false',
    // Relative to the MPD: whatever prefix a viewer came by stays on every request.
    initialization: `${broadcastId}/$RepresentationID$/${initFileName(initVersion)}`,
    // With what is to be played with it: an MPD that is older than a seam must not lead to what comes after it.
    media: `${broadcastId}/$RepresentationID$/$Number$.m4s?init=${initVersion}`,
  });
}
