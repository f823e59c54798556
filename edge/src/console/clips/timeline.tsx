import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import type { SeekablePlayer } from '../live/seekable-player.ts';
import { announce } from '../parts/announcer.tsx';
import { useResource } from '../resource/use-resource.ts';
import { now } from '../shell/now.ts';
import { ClipPanel } from './clip-panel.tsx';
import { clockTime } from './clock-time.ts';
import { mark } from './mark.ts';
import { pictureAt } from './storyboard.ts';
import { liveStoryboardKind } from './storyboard-resource.ts';
import { TimelineBar } from './timeline-bar.tsx';
import { TimelineControls } from './timeline-controls.tsx';
import { type BroadcastTime, broadcastTime, TimelineState } from './timeline-state.ts';

interface TimelineProps {
  readonly broadcast: BroadcastDetails;
  readonly dvrWindowS: number;
  /** Before `/live/…`. */
  readonly prefix: string;
  readonly player: SeekablePlayer | undefined;
  readonly onClip: () => void;
}

/** A live broadcast as a strip of pictures: a press goes there, and what is dragged over becomes a clip. */
export function Timeline({ broadcast, dvrWindowS, prefix, player, onClip }: TimelineProps) {
  const { broadcastId, channelId, startedAtMs } = broadcast;
  const state = useMemo(() => new TimelineState(), [broadcastId]);
  const base = `${prefix}/live/${channelId}/${broadcastId}`;
  const tiles = useResource(liveStoryboardKind, `${base}/storyboard.vtt`).value.value ?? [];
  const time = broadcastTime(broadcast, dvrWindowS, player, now.value);
  const pictureOf = (atMs: number) =>
    pictureAt(tiles, atMs - startedAtMs, { base, liveMs: time.whole.toMs - startedAtMs });
  const latest = useRef(time);
  latest.current = time;
  useMarkKeys(state, latest);
  const seek = (atMs: number) => {
    if (player === undefined) return;
    player.seekTo(Math.max(atMs, time.seekableFromMs));
    announce(`Plays from ${clockTime(atMs)}`);
  };
  const chosen = state.chosen.value;
  return (
    <section class="timeline" aria-label="Timeline">
      <TimelineControls state={state} time={time} onLive={() => player?.goLive()} />
      <TimelineBar state={state} time={time} pictureOf={pictureOf} onSeek={seek} />
      {chosen !== undefined && (
        <ClipPanel
          key={broadcastId}
          channelId={channelId}
          broadcastId={broadcastId}
          isPrivate={broadcast.isPrivate}
          state={state}
          whole={time.whole}
          onMade={onClip}
        />
      )}
      <p class="hint timeline-hint">
        Drag over the strip to cut a clip, or press <kbd>I</kbd> where it begins and <kbd>O</kbd> where it ends. A press
        goes there.
      </p>
    </section>
  );
}

/** I and O, wherever the focus is but where they are typed; the player has an I of its own. */
function useMarkKeys(state: TimelineState, latest: { readonly current: BroadcastTime }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((key !== 'i' && key !== 'o') || event.ctrlKey || event.metaKey || event.altKey || isTyped(event)) return;
      mark(state, latest.current, key === 'i' ? 'start' : 'end');
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [state, latest]);
}

function isTyped({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog, sluice-player') !== null;
}
