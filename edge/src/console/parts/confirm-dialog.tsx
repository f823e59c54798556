import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { type ApiProblem, problemOfFailure } from '../api/api-problem.ts';
import { showToast } from './announcer.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './error-note.tsx';

interface ConfirmDialogProps {
  /** A question: "End this broadcast?" */
  readonly heading: string;
  /** What the button does, as a verb: "End it". */
  readonly verb: string;
  /** Said once it is done. */
  readonly done: string;
  /** Throws ApiProblem. */
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
  /** What becomes of it. */
  readonly children: ComponentChildren;
}

/** Asks before it does what cannot be undone, and says what came of it. */
export function ConfirmDialog({ heading, verb, done, act, onClose, children }: ConfirmDialogProps) {
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const isBusy = useSignal(false);
  const confirm = async () => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await act();
      showToast(done);
      onClose();
    } catch (error) {
      problem.value = problemOfFailure(error);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog heading={heading} onClose={onClose}>
      <p>{children}</p>
      {problem.value !== undefined && <ErrorNote what="That did not work" problem={problem.value} />}
      <div class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" isBusy={isBusy.value} onClick={() => void confirm()}>
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}
