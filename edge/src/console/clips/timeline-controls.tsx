import { formatDuration } from '../format/times.ts';
import { Icon } from '../parts/icon.tsx';
import { mark } from './mark.ts';
import type { BroadcastTime, TimelineState } from './timeline-state.ts';
import { panned, VIEW_SPANS_MS, type ViewSpan, zoomed } from './timeline-view.ts';

interface TimelineControlsProps {
  readonly state: TimelineState;
  readonly time: BroadcastTime;
  readonly onLive: () => void;
}

const NAMES = new Map<ViewSpan, string>([
  [120_000, '2 min'],
  [600_000, '10 min'],
  [3_600_000, '1 hour'],
  [undefined, 'All'],
]);
/** Nearer to the live edge than this is live. */
const LIVE_MS = 15_000;

/** How much of the broadcast is seen, and where the player is. */
export function TimelineControls({ state, time, onLive }: TimelineControlsProps) {
  const { whole, playingMs } = time;
  const { spanMs } = state.view.value;
  const lengthMs = whole.toMs - whole.fromMs;
  const spans = VIEW_SPANS_MS.filter((each) => each === undefined || each < lengthMs);
  const isZoomed = spanMs !== undefined && spanMs < lengthMs;
  const behindMs = playingMs === undefined ? 0 : whole.toMs - playingMs;
  return (
    <div class="timeline-controls">
      {spans.length > 1 && (
        <fieldset class="spans">
          <legend class="visually-hidden">Show so much of the broadcast</legend>
          {spans.map((each) => (
            <button
              key={each ?? 'all'}
              type="button"
              class="span"
              aria-pressed={each === spanMs || (each === undefined && !isZoomed)}
              onClick={() => state.show(zoomed(each, playingMs ?? whole.toMs, whole))}
            >
              {NAMES.get(each)}
            </button>
          ))}
        </fieldset>
      )}
      {isZoomed && (
        <>
          <button
            type="button"
            class="icon-button"
            aria-label="Earlier"
            onClick={() => state.show(panned(state.view.peek(), -1, whole))}
          >
            <Icon name="forward" class="mirrored" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Later"
            onClick={() => state.show(panned(state.view.peek(), 1, whole))}
          >
            <Icon name="forward" />
          </button>
        </>
      )}
      <div class="timeline-end">
        <button type="button" class="span" aria-keyshortcuts="I" onClick={() => mark(state, time, 'start')}>
          Clip start
        </button>
        <button type="button" class="span" aria-keyshortcuts="O" onClick={() => mark(state, time, 'end')}>
          Clip end
        </button>
        {behindMs > LIVE_MS && (
          <button type="button" class="span go-live" onClick={onLive}>
            Go live <span class="numbers">−{formatDuration(behindMs)}</span>
          </button>
        )}
      </div>
    </div>
  );
}
