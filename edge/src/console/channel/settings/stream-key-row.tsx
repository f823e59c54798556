import type { ComponentChildren } from 'preact';
import type { StreamKey } from '../../api/stream-key.ts';
import { keyName } from '../../connect/stream-keys.ts';
import { formatAgo, machineTime } from '../../format/times.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';

interface StreamKeyRowProps {
  readonly streamKey: StreamKey;
  readonly onRotate: () => void;
  readonly onToggle: () => void;
  readonly onDelete: () => void;
  /** The key itself, where it is known. */
  readonly children?: ComponentChildren;
}

/** One stream key: what it is called, and what can be done with it. */
export function StreamKeyRow({ streamKey, onRotate, onToggle, onDelete, children }: StreamKeyRowProps) {
  const { role, isDisabled, issuedAtMs } = streamKey;
  const name = keyName(streamKey);
  return (
    <li class="key-row">
      <div class="key-name">
        <h3>
          {name} {role === 'backup' && <Badge>Backup</Badge>} {isDisabled && <Badge tone="warning">Disabled</Badge>}
        </h3>
        <p class="hint">
          Made <time dateTime={machineTime(issuedAtMs)}>{formatAgo(issuedAtMs, Date.now())}</time>
        </p>
      </div>
      <div class="key-actions">
        <Button look="quiet" onClick={onRotate}>
          Replace<span class="visually-hidden"> {name}</span>
        </Button>
        <Button look="quiet" onClick={onToggle}>
          {isDisabled ? 'Enable' : 'Disable'}
          <span class="visually-hidden"> {name}</span>
        </Button>
        <Button look="quiet" onClick={onDelete}>
          Delete<span class="visually-hidden"> {name}</span>
        </Button>
      </div>
      {children}
    </li>
  );
}
