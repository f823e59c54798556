import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { announce } from './announcer.tsx';
import { Icon } from './icon.tsx';

/** So long the button shows that it has copied. */
const COPIED_MS = 2_000;

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  /** Dots are shown until it is revealed; it can be copied without. */
  readonly isSecret?: boolean;
  /** On as many lines as it needs, as code has them. */
  readonly isLong?: boolean;
  readonly hint?: string;
}

/** A value to be typed somewhere else, with a button that copies it. */
export function CopyField({ label, value, isSecret = false, isLong = false, hint }: CopyFieldProps) {
  const id = useId();
  const isRevealed = useSignal(false);
  const isShown = !isSecret || isRevealed.value;
  return (
    <div class="copy-field">
      <span class="copy-label" id={id}>
        {label}
      </span>
      <div class={`copy-box ${isLong ? 'long' : ''}`}>
        <output class="copy-value" aria-labelledby={id}>
          {isShown ? value : <HiddenValue />}
        </output>
        {isSecret && (
          <button
            type="button"
            class="icon-button"
            aria-pressed={isRevealed.value}
            aria-label={`Show ${label}`}
            title={isRevealed.value ? 'Hide' : 'Show'}
            onClick={() => {
              isRevealed.value = !isRevealed.value;
            }}
          >
            <Icon name={isRevealed.value ? 'hide' : 'show'} />
          </button>
        )}
        <CopyButton label={label} value={value} />
      </div>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}

/** As many for each, so that they tell nothing. */
const DOTS = '•'.repeat(16);

function HiddenValue() {
  return (
    <>
      <span aria-hidden="true">{DOTS}</span>
      <span class="visually-hidden">hidden</span>
    </>
  );
}

/** Copies, and says so to eyes and ears. */
export function CopyButton({ label, value }: { readonly label: string; readonly value: string }) {
  const state = useSignal<'idle' | 'copied'>('idle');
  useEffect(() => {
    if (state.value !== 'copied') return undefined;
    const timer = setTimeout(() => {
      state.value = 'idle';
    }, COPIED_MS);
    return () => clearTimeout(timer);
  }, [state.value]);
  const copy = async () => {
    const isDone = await copyText(value);
    announce(isDone ? `Copied: ${label}` : 'The browser does not let this page copy. Select the text instead.');
    if (isDone) state.value = 'copied';
  };
  const word = state.value === 'copied' ? 'Copied' : 'Copy';
  return (
    <button
      type="button"
      class={`copy-button ${state.value}`}
      aria-label={`${word} ${label}`}
      onClick={() => void copy()}
    >
      <Icon name={state.value === 'copied' ? 'check' : 'copy'} />
      <span aria-hidden="true">{word}</span>
    </button>
  );
}

/** Whether it could be copied. Pages of plain HTTP have no clipboard but the old way. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  const before = document.activeElement;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return isDone;
}
