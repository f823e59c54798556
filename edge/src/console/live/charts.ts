import type { AudiencePoint } from '../api/channel-figures.ts';
import type { SourceFigures } from '../api/ingest-event.ts';
import type { CostSample } from './cost-resource.ts';
import { MEASURES, type Measure } from './measure.ts';
import type { Pick, Timed } from './series.ts';

/** One line of a chart. */
export interface ChartLine<S> {
  /** Beside the figure where a chart has two of them: `p95`. */
  readonly name: string;
  readonly measure: Measure;
  readonly pick: Pick<S>;
}

/** One chart: what it is called, and its lines, of which the second may have a measure of its own. */
export interface ChartSpec<S extends Timed> {
  readonly id: string;
  readonly heading: string;
  /** What the figure is, and which values are good. */
  readonly about: string;
  readonly lines: readonly ChartLine<S>[];
  /** Why there is nothing, although its source has told of the rest. */
  readonly absence: string;
}

const { mbps, fps, seconds, preciseSeconds, milliseconds, percent, times, count, rate, cents } = MEASURES;

const thousandth = (value: number | null | undefined) => (value == null ? undefined : value / 1_000);
const hundredfold = (value: number | null | undefined) => (value == null ? undefined : value * 100);

/** What the publisher sends. */
export const SOURCE_CHARTS: readonly ChartSpec<SourceFigures>[] = [
  {
    id: 'bitrate',
    heading: 'Ingest bitrate',
    about: 'Sound and picture together, as they arrive. Steady is good.',
    absence: 'The ingest node has not told it.',
    lines: [{ name: 'Bitrate', measure: mbps, pick: ({ bitrateBps }) => bitrateBps / 1_000_000 }],
  },
  {
    id: 'fps',
    heading: 'Frame rate',
    about: 'Pictures a second that arrive.',
    absence: 'The ingest node has not told it.',
    lines: [{ name: 'Frame rate', measure: fps, pick: (figures) => figures.fps }],
  },
  {
    id: 'keyframes',
    heading: 'Keyframe interval',
    about: 'The longest from one keyframe to the next. Two seconds are good.',
    absence: 'No two keyframes have come yet.',
    lines: [{ name: 'Interval', measure: seconds, pick: ({ keyframeIntervalMs }) => thousandth(keyframeIntervalMs) }],
  },
  {
    id: 'line',
    heading: 'Round trip and loss',
    about: 'Of the line between the publisher and its ingest node. Loss is repaired by SRT, until it is too much.',
    absence: 'RTMP does not tell it. Publish by SRT to see it.',
    lines: [
      { name: 'Round trip', measure: milliseconds, pick: ({ rttMs }) => rttMs },
      { name: 'Loss', measure: percent, pick: ({ lossRatio }) => hundredfold(lossRatio) },
    ],
  },
];

/** How the ingest node keeps up with it. */
export const NODE_CHARTS: readonly ChartSpec<SourceFigures>[] = [
  {
    id: 'encode',
    heading: 'Encoding',
    about: 'How much faster than real time the slowest encoder is, and how far behind at worst. Near 1× is the limit.',
    absence: 'Nothing is encoded, or the ingest node does not tell it.',
    lines: [
      { name: 'Speed', measure: times, pick: ({ encodeSpeed }) => encodeSpeed },
      { name: 'Delay', measure: milliseconds, pick: ({ encodeLagMs }) => encodeLagMs },
    ],
  },
  {
    id: 'upload',
    heading: 'Upload lag',
    about: 'From a part cut to the same part in storage: half of them, and 19 in 20, were quicker.',
    absence: 'The ingest node does not tell it.',
    lines: [
      { name: 'p50', measure: milliseconds, pick: ({ uploadLagMsP50 }) => uploadLagMsP50 },
      { name: 'p95', measure: milliseconds, pick: ({ uploadLagMsP95 }) => uploadLagMsP95 },
    ],
  },
];

/** How it is for those who watch. */
export const AUDIENCE_CHARTS: readonly ChartSpec<AudiencePoint>[] = [
  {
    id: 'viewers',
    heading: 'Viewers',
    about: 'Counted at the edge, by what players fetch; whoever has paused does not count.',
    absence: 'The edge has not counted for long enough. It takes some ten seconds.',
    lines: [{ name: 'Viewers', measure: count, pick: ({ viewers }) => viewers }],
  },
  {
    id: 'latency',
    heading: 'Viewer latency',
    about: 'From the camera to the screen, of those at the live edge: half of them, and 19 in 20, had less.',
    absence: 'No player has told it yet.',
    lines: [
      { name: 'p50', measure: preciseSeconds, pick: ({ latencyMsP50 }) => thousandth(latencyMsP50) },
      { name: 'p95', measure: preciseSeconds, pick: ({ latencyMsP95 }) => thousandth(latencyMsP95) },
    ],
  },
  {
    id: 'stalls',
    heading: 'Stalls',
    about: 'Of the time that viewers wanted to watch, how much the picture stood still.',
    absence: 'No player has told it yet.',
    lines: [{ name: 'Stalled', measure: percent, pick: ({ stalledRatio }) => hundredfold(stalledRatio) }],
  },
  {
    id: 'requests',
    heading: 'Requests',
    about: 'What the edge answers for this channel: playlists, parts and segments.',
    absence: 'The edge has not counted yet.',
    lines: [{ name: 'Requests', measure: rate, pick: ({ requestsPerS }) => requestsPerS }],
  },
];

/** What it costs. */
export const COST_CHART: ChartSpec<CostSample> = {
  id: 'cost',
  heading: 'Cost of this broadcast',
  about: 'So far, by list prices: an estimate. The line begins when this page was opened.',
  absence: 'It has not been told yet.',
  lines: [{ name: 'Cost', measure: cents, pick: ({ usd }) => usd * 100 }],
};
