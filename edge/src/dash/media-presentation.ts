import {
  type AudioRendition,
  type BroadcastId,
  isWithinHeight,
  type Rendition,
  type VideoRendition,
} from '@sluice/contracts';
import { AUDIO_ONLY } from '../live/audio-query.ts';
import { NO_PICTURE_PX } from '../playback/viewer-rights.ts';
import type { LiveWindow } from '../window/live-window.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';
import { endTicks } from '../window/window-segment.ts';
import { type AdaptationSetOptions, audioAdaptationSet, videoAdaptationSet } from './adaptation-set.ts';
import { type MpdTiming, mpdTiming, templateScale, templateStartS, templateTicks } from './mpd-timing.ts';
import { dateTime, durationOfMs, durationOfTicks, exactDuration } from './mpd-values.ts';
import { type PeriodSpan, periodSpans } from './period-span.ts';
import { utcTiming } from './utc-timing.ts';
import { element, type XmlElement, xmlDocument } from './xml-element.ts';

const LIVE_PROFILES = 'urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019';
const LOW_LATENCY_PROFILE = 'http://www.dashif.org/guidelines/low-latency-live-v5';

/** Clients need updates for nothing but seams and the end, and each is a request. */
const UPDATE_MS_MIN = 2_000;

/** How much faster or slower than time a client may play to keep its latency: nobody hears this much. */
const PLAYBACK_RATE = { min: 0.95, max: 1.1 } as const;

/** Where the MPD of one broadcast is, beside the channel's own: `{broadcastId}.mpd`. */
export function mpdFileName(broadcastId: BroadcastId): string {
  return `${broadcastId}.mpd`;
}

/**
 * The MPD of a broadcast (ISO/IEC 23009-1 §5.3.1), as of now. The same text stands at `/live/{channelId}/manifest.mpd`
 * and `/live/{channelId}/{broadcastId}.mpd`: it sends clients to the second for updates, so that none takes the
 * channel's next broadcast, which has another start, for the one that it plays.
 *
 * @param heightPxMax no video above it is listed: the viewer's playback token does not go further, or it is the sound alone
 * that is wanted (NO_PICTURE_PX).
 */
export function mediaPresentation(window: LiveWindow, broadcastId: BroadcastId, heightPxMax?: number): string {
  const timing = mpdTiming(window.timing);
  const { startedAtMs, renditions } = window.description;
  const videos = renditions.filter(isVideo).filter(({ id }) => isWithinHeight(id, heightPxMax));
  const audios = renditions.filter(isAudio);
  const spans = periodSpans(window);
  const [oldest] = spans;
  const firstSetId = videos.length === 0 ? AUDIO_SET_ID : VIDEO_SET_ID;
  return xmlDocument(
    element('MPD', mpdAttributes(window, timing), [
      element('Location', {}, locationOf(broadcastId, heightPxMax)),
      ...(oldest === undefined ? [] : serviceDescription(timing, referenceTimeId(oldest, firstSetId))),
      ...spans.map((span) => period({ videos, audios, timing, span, startedAtMs, broadcastId })),
      utcTiming(),
    ]),
  );
}

/** Updates are asked for with the query that this one was asked for with. */
function locationOf(broadcastId: BroadcastId, heightPxMax: number | undefined): string {
  const fileName = mpdFileName(broadcastId);
  return heightPxMax === NO_PICTURE_PX ? `${fileName}?${AUDIO_ONLY}` : fileName;
}

const VIDEO_SET_ID = 0;
const AUDIO_SET_ID = 1;

/** Unique in the MPD, and the same for as long as the Period is listed. */
function referenceTimeId({ firstMsn }: PeriodSpan, setId: number): number {
  return 2 * (firstMsn - 1) + setId;
}

function mpdAttributes(window: LiveWindow, timing: MpdTiming): Record<string, string | undefined> {
  const { description, windowS } = window;
  const isLowLatency = timing.targetLatencyMs !== undefined;
  return {
    xmlns: 'urn:mpeg:dash:schema:mpd:2011',
    profiles: isLowLatency ? `${LIVE_PROFILES},${LOW_LATENCY_PROFILE}` : LIVE_PROFILES,
    type: window.isEnded ? 'static' : 'dynamic',
    availabilityStartTime: dateTime(description.startedAtMs),
    // Of its newest whole segment, not of a clock: the same window has the same MPD everywhere.
    publishTime: dateTime(description.startedAtMs + wholeMs(window)),
    // Players that are told the length of a presentation that stays `dynamic` stand before its end (seen with both).
    ...(window.isEnded
      ? { mediaPresentationDuration: endDuration(window, timing) }
      : {
          minimumUpdatePeriod: durationOfMs(Math.max(UPDATE_MS_MIN, window.timing.targetDurationS * 1_000)),
          timeShiftBufferDepth: durationOfMs(windowS * 1_000),
        }),
    suggestedPresentationDelay: durationOfMs(timing.presentationDelayMs),
    minBufferTime: durationOfTicks(timing.partTicks, timing.gridHz),
    maxSegmentDuration: durationOfTicks(timing.segmentTicks, timing.gridHz),
  };
}

/** ISO/IEC 23009-1 annex K. */
function serviceDescription({ targetLatencyMs, latencyMsMax }: MpdTiming, referenceId: number): XmlElement[] {
  if (targetLatencyMs === undefined) return [];
  const latency = element('Latency', { referenceId, target: targetLatencyMs, max: latencyMsMax });
  return [element('ServiceDescription', { id: 0 }, [latency, element('PlaybackRate', PLAYBACK_RATE)])];
}

interface PeriodOptions extends Omit<AdaptationSetOptions, 'id' | 'referenceTimeId'> {
  readonly videos: readonly VideoRendition[];
  readonly audios: readonly AudioRendition[];
}

function period({ videos, audios, ...common }: PeriodOptions): XmlElement {
  const { span, timing } = common;
  const set = (id: number) => ({ ...common, id, referenceTimeId: referenceTimeId(span, id) });
  const attributes = {
    id: span.firstMsn,
    start: exactDuration(templateStartS(span.firstMsn, timing)),
  };
  return element('Period', attributes, [
    ...(videos.length === 0 ? [] : [videoAdaptationSet(videos, set(VIDEO_SET_ID))]),
    ...(audios.length === 0 ? [] : [audioAdaptationSet(audios, set(AUDIO_SET_ID))]),
  ]);
}

function isVideo(rendition: Rendition): rendition is VideoRendition {
  return rendition.kind === 'video';
}

function isAudio(rendition: Rendition): rendition is AudioRendition {
  return rendition.kind === 'audio';
}

/** From the broadcast's start to the end of the newest segment that is whole in all renditions, in ms. */
function wholeMs({ renditions }: LiveWindow): number {
  return Math.min(...[...renditions.values()].map(wholeEndMs));
}

function wholeEndMs({ lastComplete, rendition }: RenditionWindow): number {
  return lastComplete === undefined ? 0 : Math.round((endTicks(lastComplete) * 1_000) / rendition.timescaleHz);
}

/**
 * From the broadcast's start to the end of the last segment: what is longest of it. Counted as SegmentTemplates count, for
 * what is left over would be one segment more.
 */
function endDuration({ renditions }: LiveWindow, timing: MpdTiming): string {
  const ends = [...renditions.values()].flatMap(({ lastComplete, rendition }) =>
    lastComplete === undefined ? [] : [{ ticks: endTicks(lastComplete), timescaleHz: rendition.timescaleHz }],
  );
  const [first, ...others] = ends;
  if (first === undefined) return durationOfMs(0);
  const last = others.reduce(
    (most, end) => (end.ticks / end.timescaleHz > most.ticks / most.timescaleHz ? end : most),
    first,
  );
  return durationOfTicks(templateTicks(last.ticks, last.timescaleHz, timing), templateScale(timing).timescale);
}
