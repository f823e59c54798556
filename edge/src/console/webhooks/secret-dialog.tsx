import { Button } from '../parts/button.tsx';
import { CopyField } from '../parts/copy-field.tsx';
import { Dialog } from '../parts/dialog.tsx';

interface SecretDialogProps {
  readonly secret: string;
  /** There was another one before it. */
  readonly isRotated: boolean;
  readonly onClose: () => void;
}

/** A secret that was just made, this once. */
export function SecretDialog({ secret, isRotated, onClose }: SecretDialogProps) {
  return (
    <Dialog heading="Its signing secret" onClose={onClose}>
      <CopyField
        label="Secret"
        value={secret}
        isSecret
        hint="Put it where your receiver checks signatures (Standard Webhooks). It is not shown again; another one can be made."
      />
      {isRotated && <p class="hint">For a day deliveries are signed by the old one, too.</p>}
      <div class="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
