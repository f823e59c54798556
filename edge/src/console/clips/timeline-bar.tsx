import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatDuration } from '../format/times.ts';
import { dragged, nudged, type Span } from './clip-selection.ts';
import { clockTime, shortClockTime } from './clock-time.ts';
import type { StoryPicture } from './storyboard.ts';
import { Strip } from './strip.tsx';
import { PictureOf } from './tile.tsx';
import type { BroadcastTime, TimelineState } from './timeline-state.ts';
import { shareOf, ticksOf } from './timeline-view.ts';

/** Less than this is a press with an unsteady hand. */
const DRAG_PX_MIN = 6;
/** So far a tick's time is from the next one. */
const TICK_PX = 90;
const MINUTE_MS = 60_000;
const PREVIEW_HEIGHT_PX = 90;

interface TimelineBarProps {
  readonly state: TimelineState;
  readonly time: BroadcastTime;
  readonly pictureOf: (atMs: number) => StoryPicture | undefined;
  readonly onSeek: (atMs: number) => void;
}

/** The strip itself, and all that lies over it. */
export function TimelineBar({ state, time, pictureOf, onSeek }: TimelineBarProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  const widthPx = useWidth(box);
  const { whole, playingMs } = time;
  const viewed = state.viewed(whole);
  const chosen = state.chosen.value;
  const share = (atMs: number) => `${Math.max(0, Math.min(1, shareOf(atMs, viewed))) * 100}%`;
  const pointer = usePointer(box, { state, whole, viewed, onSeek });
  const sliders = { state, whole, share };
  return (
    <div class="timeline-body">
      <fieldset ref={box} class="timeline-bar" aria-label="Strip of pictures" {...pointer}>
        <Strip viewed={viewed} whole={whole} widthPx={widthPx} pictureOf={pictureOf} />
        {pictureOf(whole.fromMs) === undefined && (
          <span class="strip-words">The first picture comes in some seconds.</span>
        )}
        {time.seekableFromMs > viewed.fromMs && (
          <span class="not-seekable" style={{ width: share(time.seekableFromMs) }} />
        )}
        {chosen !== undefined && (
          <span class="chosen" style={{ left: share(chosen.fromMs), right: `calc(100% - ${share(chosen.toMs)})` }} />
        )}
        {playingMs !== undefined && <Playhead {...sliders} atMs={playingMs} onSeek={onSeek} />}
        {chosen !== undefined && (
          <>
            <Handle {...sliders} end="from" chosen={chosen} />
            <Handle {...sliders} end="to" chosen={chosen} />
          </>
        )}
        <Preview state={state} pictureOf={pictureOf} share={share} />
      </fieldset>
      <div class="ticks numbers" aria-hidden="true">
        {ticksOf(viewed, Math.max(2, Math.floor(widthPx / TICK_PX)), zoneMs()).map((atMs) => (
          <span key={atMs} style={{ left: share(atMs) }}>
            {viewed.toMs - viewed.fromMs < 5 * MINUTE_MS ? clockTime(atMs) : shortClockTime(atMs)}
          </span>
        ))}
      </div>
    </div>
  );
}

interface SliderProps {
  readonly state: TimelineState;
  readonly whole: Span;
  readonly share: (atMs: number) => string;
}

const STEPS_MS = new Map([
  ['ArrowLeft', -5_000],
  ['ArrowDown', -5_000],
  ['ArrowRight', 5_000],
  ['ArrowUp', 5_000],
  ['PageDown', -30_000],
  ['PageUp', 30_000],
]);

/** Where the player is. */
function Playhead({
  whole,
  share,
  atMs,
  onSeek,
}: SliderProps & { readonly atMs: number; readonly onSeek: (atMs: number) => void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const stepMs = STEPS_MS.get(event.key);
    const to =
      event.key === 'Home'
        ? whole.fromMs
        : event.key === 'End'
          ? whole.toMs
          : stepMs === undefined
            ? undefined
            : atMs + stepMs;
    if (to === undefined) return;
    event.preventDefault();
    onSeek(Math.max(whole.fromMs, Math.min(whole.toMs, to)));
  };
  return (
    <span
      class="playhead"
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.round((whole.toMs - whole.fromMs) / 1_000)}
      aria-valuenow={Math.round((atMs - whole.fromMs) / 1_000)}
      aria-valuetext={`${clockTime(atMs)}, ${formatDuration(whole.toMs - atMs)} behind live`}
      style={{ left: share(atMs) }}
      onKeyDown={onKeyDown}
    />
  );
}

const NUDGES_MS = new Map([
  ['ArrowLeft', -1_000],
  ['ArrowDown', -1_000],
  ['ArrowRight', 1_000],
  ['ArrowUp', 1_000],
  ['PageDown', -10_000],
  ['PageUp', 10_000],
]);

/** One end of what is chosen. */
function Handle({
  state,
  whole,
  share,
  end,
  chosen,
}: SliderProps & { readonly end: 'from' | 'to'; readonly chosen: Span }) {
  const atMs = end === 'from' ? chosen.fromMs : chosen.toMs;
  const onKeyDown = (event: KeyboardEvent) => {
    const byMs = NUDGES_MS.get(event.key);
    if (byMs === undefined) return;
    event.preventDefault();
    state.choose(nudged(chosen, end, byMs, whole), whole);
  };
  return (
    <span
      class={`handle ${end}`}
      role="slider"
      tabIndex={0}
      data-end={end}
      aria-label={end === 'from' ? 'Start of the clip' : 'End of the clip'}
      aria-valuemin={0}
      aria-valuemax={Math.round((whole.toMs - whole.fromMs) / 1_000)}
      aria-valuenow={Math.round((atMs - whole.fromMs) / 1_000)}
      aria-valuetext={clockTime(atMs)}
      style={{ left: share(atMs) }}
      onKeyDown={onKeyDown}
    />
  );
}

/** What is at the pointer. */
function Preview({
  state,
  pictureOf,
  share,
}: {
  readonly state: TimelineState;
  readonly pictureOf: (atMs: number) => StoryPicture | undefined;
  readonly share: (atMs: number) => string;
}) {
  const atMs = state.pointedMs.value;
  if (atMs === undefined) return null;
  const picture = pictureOf(atMs);
  return (
    <span class="preview" style={{ '--at': share(atMs) }} aria-hidden="true">
      {picture !== undefined && (
        <span class="preview-picture">
          <PictureOf picture={picture} heightPx={PREVIEW_HEIGHT_PX} />
        </span>
      )}
      <span class="numbers">{clockTime(atMs)}</span>
    </span>
  );
}

interface PointerParts {
  readonly state: TimelineState;
  readonly whole: Span;
  readonly viewed: Span;
  readonly onSeek: (atMs: number) => void;
}

/** A press goes there; what is dragged over is chosen; a handle that is dragged moves. */
function usePointer(box: { readonly current: HTMLElement | null }, { state, whole, viewed, onSeek }: PointerParts) {
  const drag = useSignal<
    { readonly anchorMs: number; readonly anchorPx: number; readonly isDragging: boolean } | undefined
  >(undefined);
  const timeAt = (clientX: number) => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    return viewed.fromMs + ((clientX - left) / width) * (viewed.toMs - viewed.fromMs);
  };
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      const end = event.target instanceof HTMLElement ? event.target.dataset.end : undefined;
      const chosen = state.chosen.peek();
      state.hold(whole);
      box.current?.setPointerCapture(event.pointerId);
      // A handle is dragged from the other end.
      const isHandle = end !== undefined && chosen !== undefined;
      const anchorMs = isHandle ? (end === 'from' ? chosen.toMs : chosen.fromMs) : timeAt(event.clientX);
      drag.value = { anchorMs, anchorPx: event.clientX, isDragging: isHandle };
    },
    onPointerMove(event: PointerEvent) {
      if (event.pointerType !== 'touch') state.pointedMs.value = timeAt(event.clientX);
      const { value } = drag;
      if (value === undefined) return;
      const isDragging = value.isDragging || Math.abs(event.clientX - value.anchorPx) >= DRAG_PX_MIN;
      if (!isDragging) return;
      drag.value = { ...value, isDragging };
      state.choose(dragged(value.anchorMs, timeAt(event.clientX), whole), whole);
    },
    onPointerUp(event: PointerEvent) {
      const { value } = drag;
      drag.value = undefined;
      if (value === undefined || value.isDragging) return;
      if (state.chosen.peek() === undefined) state.letGo();
      onSeek(timeAt(event.clientX));
    },
    onPointerCancel() {
      drag.value = undefined;
    },
    onPointerLeave() {
      state.pointedMs.value = undefined;
    },
  };
}

function useWidth(box: { readonly current: HTMLElement | null }): number {
  const widthPx = useSignal(0);
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      widthPx.value = entry?.contentRect.width ?? 0;
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, widthPx]);
  return widthPx.value;
}

function zoneMs(): number {
  return -new Date().getTimezoneOffset() * MINUTE_MS;
}
