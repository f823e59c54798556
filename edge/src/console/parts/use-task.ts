import { type ReadonlySignal, useSignal } from '@preact/signals';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import { showToast } from './announcer.tsx';

/** Something that a button does. */
export interface Task {
  readonly isBusy: ReadonlySignal<boolean>;
  /** Why it failed, until it is tried again. */
  readonly problem: ReadonlySignal<ApiProblem | undefined>;
  /** Does it, and says `done`; whether it could be done. Not twice at once. */
  run(act: () => Promise<void>, done?: string): Promise<boolean>;
  forget(): void;
}

export function useTask(): Task {
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  return {
    isBusy,
    problem,
    forget: () => {
      problem.value = undefined;
    },
    run: async (act, done) => {
      if (isBusy.peek()) return false;
      isBusy.value = true;
      problem.value = undefined;
      try {
        await act();
        if (done !== undefined) showToast(done);
        return true;
      } catch (error) {
        problem.value = problemOfFailure(error);
        return false;
      } finally {
        isBusy.value = false;
      }
    },
  };
}
