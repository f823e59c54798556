import { initFileName, isWithinHeight, type Rendition } from '@sluice/contracts';
import { type MpdTiming, mpdTiming, templateScale, templateStartS, templateTicks } from '../dash/mpd-timing.ts';
import { durationOfTicks, exactDuration } from '../dash/mpd-values.ts';
import { audioSet, videoSet } from '../dash/switching-set.ts';
import { element, type XmlElement, xmlDocument } from '../dash/xml-element.ts';
import type { RecordedRendition, Recording } from '../recording/recording.ts';
import { runEndTicks } from '../window/segment-run.ts';
import { type RecordedPeriod, type RecordedPiece, recordedPeriods, timelineEntries } from './recorded-period.ts';
import { mediaDirectory } from './recorded-uris.ts';

const PROFILES = 'urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019';
const VIDEO_SET_ID = 0;
const AUDIO_SET_ID = 1;

/**
 * The MPD of a recording (ISO/IEC 23009-1 §5.3.1), `static`. Its segments are listed in SegmentTimelines, so that none is
 * asked for that is not there: there is no live edge at which the list would have to grow, and no window to ask.
 *
 * @param heightPxMax no video above it is listed: the viewer's playback token does not go further.
 */
export function recordedPresentation(recording: Recording, heightPxMax?: number): string {
  const timing = mpdTiming(recording.timing);
  const renditions = [...recording.renditions.values()].filter(({ rendition }) =>
    isWithinHeight(rendition.id, heightPxMax),
  );
  const periods = recordedPeriods(renditions);
  const [first] = periods;
  const firstMsn = first?.firstMsn ?? 1;
  const context = { recording, timing, firstMsn };
  return xmlDocument(
    element(
      'MPD',
      {
        xmlns: 'urn:mpeg:dash:schema:mpd:2011',
        profiles: PROFILES,
        type: 'static',
        mediaPresentationDuration: duration(renditions, context),
        minBufferTime: durationOfTicks(timing.segmentTicks, timing.gridHz),
        maxSegmentDuration: durationOfTicks(timing.segmentTicks, timing.gridHz),
      },
      periods.map((period) => periodElement(period, context)),
    ),
  );
}

interface PresentationContext {
  readonly recording: Recording;
  readonly timing: MpdTiming;
  /** With which the presentation begins, at zero. */
  readonly firstMsn: number;
}

/** To the end of the last segment: what is longest. */
function duration(renditions: readonly RecordedRendition[], { timing, firstMsn }: PresentationContext): string {
  const scale = templateScale(timing);
  const ends = renditions.flatMap(({ rendition, archive, grid }) => {
    const run = archive.runs.findLast(({ gapParts }) => gapParts.length === 0);
    return run === undefined ? [] : [templateTicks(runEndTicks(run, grid), rendition.timescaleHz, timing)];
  });
  const ticks = Math.max(0, ...ends) - (firstMsn - 1) * scale.duration;
  return durationOfTicks(Math.max(0, ticks), scale.timescale);
}

function periodElement({ firstMsn, pieces }: RecordedPeriod, context: PresentationContext): XmlElement {
  const { recording, timing } = context;
  const shown = recording.description.renditions.filter(({ id }) => pieces.has(id));
  const videos = shown.filter((rendition) => rendition.kind === 'video');
  const audios = shown.filter((rendition) => rendition.kind === 'audio');
  const templateOf = (rendition: Rendition) => {
    const piece = pieces.get(rendition.id);
    if (piece === undefined) throw new Error('only what has a piece is shown');
    return segmentTemplate(rendition, piece, context);
  };
  const start = templateStartS(firstMsn, timing) - templateStartS(context.firstMsn, timing);
  return element('Period', { id: firstMsn, start: exactDuration(start) }, [
    ...(videos.length === 0 ? [] : [videoSet(videos, { id: VIDEO_SET_ID, head: [], templateOf })]),
    ...(audios.length === 0 ? [] : [audioSet(audios, { id: AUDIO_SET_ID, head: [], templateOf })]),
  ]);
}

/** ISO/IEC 23009-1 §5.3.9.4, §5.3.9.6. */
function segmentTemplate(
  { timescaleHz }: Rendition,
  piece: RecordedPiece,
  { recording, timing }: PresentationContext,
): XmlElement {
  const { timescale, duration: nominalTicks } = templateScale(timing);
  const directory = `${mediaDirectory(recording)}${piece.sourceId}/`;
  const attributes = {
    timescale,
    presentationTimeOffset: (piece.fromMsn - 1) * nominalTicks,
    startNumber: piece.fromMsn,
    initialization: `${directory}${initFileName(piece.initVersion)}`,
    media: `${directory}$Number$.m4s`,
  };
  return element('SegmentTemplate', attributes, [
    element(
      'SegmentTimeline',
      {},
      timelineEntries(piece, timescaleHz, timing).map(({ startTicks, durationTicks, count }) =>
        element('S', { t: startTicks, d: durationTicks, r: count === 1 ? undefined : count - 1 }),
      ),
    ),
  ]);
}
