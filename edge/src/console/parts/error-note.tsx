import type { ComponentChildren } from 'preact';
import { adviceOn } from '../api/advice.ts';
import type { ApiProblem } from '../api/api-problem.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

interface ErrorNoteProps {
  readonly problem: ApiProblem;
  /** What could not be done: "The channels could not be loaded". */
  readonly what?: string;
  readonly onRetry?: (() => void) | undefined;
  readonly isRetrying?: boolean;
  readonly children?: ComponentChildren;
}

/** What went wrong, in the server's words, and what to do about it. */
export function ErrorNote({ problem, what, onRetry, isRetrying = false, children }: ErrorNoteProps) {
  const advice = adviceOn(problem);
  return (
    <div class="note bad" role="alert">
      <Icon name="warning" />
      <div class="note-text">
        {what !== undefined && <strong>{what}</strong>}
        <p>
          {problem.message} {advice}
        </p>
        {children}
      </div>
      {onRetry !== undefined && (
        <Button isBusy={isRetrying} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
