import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** What comes into view within this is made ready. */
const MARGIN = '200px';

/** Whether an element is in view, or nearly: what nobody sees need not be asked for. */
export function useVisible(element: RefObject<Element | null>): ReadonlySignal<boolean> {
  const isVisible = useSignal(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        isVisible.value = entries.at(-1)?.isIntersecting ?? false;
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, isVisible]);
  return isVisible;
}
