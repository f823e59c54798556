import {
  type AudioRendition,
  type BroadcastId,
  initFileName,
  type Rendition,
  type VideoRendition,
} from '@sluice/contracts';
import { type MpdTiming, templateScale } from './mpd-timing.ts';
import { dateTime, frameRateText } from './mpd-values.ts';
import type { PeriodSpan } from './period-span.ts';
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

/** ISO/IEC 23009-1 §5.3.3: all pictures, from the largest; a client changes between them at any segment. */
export function videoAdaptationSet(renditions: readonly VideoRendition[], options: AdaptationSetOptions): XmlElement {
  const [first] = renditions;
  const attributes = {
    id: options.id,
    contentType: 'video',
    mimeType: 'video/mp4',
    maxWidth: Math.max(...renditions.map(({ widthPx }) => widthPx)),
    maxHeight: Math.max(...renditions.map(({ heightPx }) => heightPx)),
    maxFrameRate: first && frameRateText(first.frameRate),
    ...ALIGNED,
  };
  return element('AdaptationSet', attributes, [
    ...common(first, options),
    ...renditions.map((each) => videoRepresentation(each, options)),
  ]);
}

/** Sound: one language, in one or more bit rates. */
export function audioAdaptationSet(renditions: readonly AudioRendition[], options: AdaptationSetOptions): XmlElement {
  const [first] = renditions;
  const attributes = { id: options.id, contentType: 'audio', mimeType: 'audio/mp4', lang: 'und', ...ALIGNED };
  return element('AdaptationSet', attributes, [
    ...common(first, options),
    ...renditions.map((each) => audioRepresentation(each, options)),
  ]);
}

/** ISO/IEC 23000-19 §7.3.4: one switching set, cut at the same instants; each segment begins with a sync sample. */
const ALIGNED = { segmentAlignment: 'true', startWithSAP: 1 } as const;

function common(first: Rendition | undefined, options: AdaptationSetOptions): XmlElement[] {
  const referenceTime = first && options.timing.targetLatencyMs !== undefined ? [producerReferenceTime(options)] : [];
  return [...referenceTime, element('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value: 'main' })];
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

function videoRepresentation(rendition: VideoRendition, options: AdaptationSetOptions): XmlElement {
  const { id, codecs, bitrateBpsMax, widthPx, heightPx, frameRate } = rendition;
  const attributes = {
    id,
    codecs,
    bandwidth: bitrateBpsMax,
    width: widthPx,
    height: heightPx,
    // The transcoder scales to square pixels.
    sar: '1:1',
    frameRate: frameRateText(frameRate),
    scanType: 'progressive',
  };
  return element('Representation', attributes, [segmentTemplate(rendition, options)]);
}

function audioRepresentation(rendition: AudioRendition, options: AdaptationSetOptions): XmlElement {
  const { id, codecs, bitrateBpsMax, sampleRateHz, channelCount } = rendition;
  const attributes = { id, codecs, bandwidth: bitrateBpsMax, audioSamplingRate: sampleRateHz };
  const channels = element('AudioChannelConfiguration', {
    schemeIdUri: 'urn:mpeg:mpegB:cicp:ChannelConfiguration',
    value: channelCount,
  });
  return element('Representation', attributes, [channels, segmentTemplate(rendition, options)]);
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
