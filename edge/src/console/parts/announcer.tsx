import { signal } from '@preact/signals';

/** So long a toast is read, and no longer. */
const SHOWN_MS = 5_000;

interface Toast {
  readonly id: number;
  readonly sentence: string;
}

const spoken = signal('');
const toast = signal<Toast | undefined>(undefined);
let said = 0;

/** Said by screen readers, and not shown. */
export function announce(sentence: string): void {
  said += 1;
  // The same words twice are a change only if they differ: a space that nobody hears.
  spoken.value = said % 2 === 0 ? sentence : `${sentence}\u00a0`;
}

/** Shown for some seconds, and said. */
export function showToast(sentence: string): void {
  announce(sentence);
  const shown = { id: said, sentence };
  toast.value = shown;
  setTimeout(() => {
    if (toast.peek() === shown) toast.value = undefined;
  }, SHOWN_MS);
}

/** Where announcements and toasts come; once in the app, for live regions must be there before they are filled. */
export function Announcer() {
  const shown = toast.value;
  return (
    <>
      <div class="visually-hidden" role="status" aria-live="polite">
        {spoken.value}
      </div>
      {/* It has been said by the region above. */}
      <div class="toasts" aria-hidden="true">
        {shown !== undefined && (
          <div class="toast" key={shown.id}>
            {shown.sentence}
          </div>
        )}
      </div>
    </>
  );
}
