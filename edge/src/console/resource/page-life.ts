import type { PageLife } from './resource.ts';

/** Of the page that this is. */
export const pageLife: PageLife = {
  isHidden: () => document.hidden,
  onReturn: (heard) => {
    document.addEventListener('visibilitychange', heard);
    addEventListener('online', heard);
    return () => {
      document.removeEventListener('visibilitychange', heard);
      removeEventListener('online', heard);
    };
  },
};
