import { signal } from '@preact/signals';

const SECOND_MS = 1_000;

const clock = signal(Date.now(), {
  // It goes while somebody shows it, and while somebody sees that.
  watched() {
    const tick = () => {
      if (!document.hidden) clock.value = Date.now();
    };
    tick();
    const timer = setInterval(tick, SECOND_MS);
    document.addEventListener('visibilitychange', tick);
    stop = () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  },
  unwatched() {
    stop();
  },
});
let stop = () => {};

/** The time, told once a second; for texts that say how long ago something was. */
export const now = clock;
