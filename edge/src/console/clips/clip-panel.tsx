import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import { CLIP_DURATION_MS, CLIP_LABEL_CHARS_MAX } from '../api/clip.ts';
import { formatDuration } from '../format/times.ts';
import { showToast } from '../parts/announcer.tsx';
import { Button } from '../parts/button.tsx';
import { CopyField, copyText } from '../parts/copy-field.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { TextField } from '../parts/field.tsx';
import { clipLink, PRIVATE_LINK_SENTENCE } from './clip-link.ts';
import { type Span, spanFault } from './clip-selection.ts';
import { clockTime } from './clock-time.ts';
import { makeClip } from './make-clip.ts';
import type { TimelineState } from './timeline-state.ts';
import { shareOf } from './timeline-view.ts';

interface ClipPanelProps {
  readonly channelId: string;
  readonly broadcastId: string;
  readonly isPrivate: boolean;
  readonly state: TimelineState;
  readonly whole: Span;
  readonly onMade: () => void;
}

/** What is chosen becomes a clip, and its link is copied. */
export function ClipPanel({ channelId, broadcastId, isPrivate, state, whole, onMade }: ClipPanelProps) {
  const id = useId();
  const label = useSignal('');
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const made = useSignal<{ readonly span: Span; readonly link: string } | undefined>(undefined);
  const panel = useEscape(() => state.letGo());
  const span = state.chosen.value;
  if (span === undefined) return null;
  const fault = spanFault(span);
  const make = async () => {
    if (fault !== undefined) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      const clip = await makeClip({ channelId, broadcastId, span, label: label.value });
      const address = await clipLink(clip);
      made.value = { span, link: address };
      onMade();
      showToast((await copyText(address)) ? 'The clip is made, and its link is copied' : 'The clip is made');
    } catch (error) {
      problem.value = problemOfFailure(error);
    } finally {
      isBusy.value = false;
    }
  };
  // Another piece is another clip.
  const link = made.value?.span === span ? made.value.link : undefined;
  const middle = shareOf((span.fromMs + span.toMs) / 2, state.viewed(whole));
  return (
    <section
      ref={panel}
      class="clip-panel"
      aria-labelledby={id}
      style={{ '--at': `${Math.max(0, Math.min(1, middle)) * 100}%` }}
    >
      <div class="clip-panel-head">
        <h2 id={id}>
          Clip <span class="numbers">{formatDuration(span.toMs - span.fromMs)}</span>
        </h2>
        <span class="dim numbers">
          {clockTime(span.fromMs)} – {clockTime(span.toMs)}
        </span>
      </div>
      {link === undefined ? (
        <form
          class="clip-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBusy.value) void make();
          }}
        >
          <TextField
            label="Title"
            value={label.value}
            maxLength={CLIP_LABEL_CHARS_MAX}
            placeholder="Optional"
            error={fault}
            hint={`Of whole segments, so it is a little longer. ${CLIP_DURATION_MS.min / 1_000} s to ${CLIP_DURATION_MS.max / 60_000} minutes.`}
            onValue={(value) => {
              label.value = value;
            }}
          />
          {problem.value !== undefined && <ErrorNote what="The clip was not made" problem={problem.value} />}
          <div class="dialog-actions">
            <Button onClick={() => state.letGo()}>Cancel</Button>
            <Button look="primary" type="submit" icon="scissors" isBusy={isBusy.value}>
              Make clip
            </Button>
          </div>
        </form>
      ) : (
        <MadeClip link={link} isPrivate={isPrivate} onClose={() => state.letGo()} />
      )}
    </section>
  );
}

function MadeClip({
  link,
  isPrivate,
  onClose,
}: {
  readonly link: string;
  readonly isPrivate: boolean;
  readonly onClose: () => void;
}) {
  return (
    <div class="clip-form">
      <CopyField label="Link" value={link} {...(isPrivate && { hint: PRIVATE_LINK_SENTENCE })} />
      <div class="dialog-actions">
        <a class="button plain" href={link} target="_blank" rel="noreferrer">
          Open the clip
        </a>
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}

function useEscape(onEscape: () => void) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) onEscape();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onEscape]);
  return element;
}
