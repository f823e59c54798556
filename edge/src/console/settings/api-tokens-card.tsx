import { useSignal } from '@preact/signals';
import type { ApiToken } from '../api/api-token.ts';
import { type Caller, mayDo } from '../api/caller.ts';
import { formatAgo, formatDay, machineTime } from '../format/times.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { CopyField } from '../parts/copy-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { SkeletonLines } from '../parts/skeleton.tsx';
import { useResource } from '../resource/use-resource.ts';
import { api } from '../session/session.ts';
import { apiTokensKind } from './api-tokens-resource.ts';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { scopesSentence } from './token-order.ts';

/** What is asked, or told this once. */
type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'made'; readonly apiToken: string }
  | { readonly kind: 'delete'; readonly token: ApiToken };

/** The API tokens of the team: what there is, another one, and the end of one. */
export function ApiTokensCard({ caller }: { readonly caller: Caller }) {
  const tokens = useResource(apiTokensKind, '');
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const known = tokens.value.value;
  const problem = tokens.problem.value;
  const mayWrite = mayDo(caller, 'api-tokens:write');
  return (
    <section class="card stack-small" aria-labelledby="tokens-title">
      <div class="card-head">
        <h2 id="tokens-title">API tokens</h2>
        {mayWrite && (
          <Button
            icon="add"
            onClick={() => {
              open.value = { kind: 'new' };
            }}
          >
            New token
          </Button>
        )}
      </div>
      {problem !== undefined && (
        <ErrorNote what="The tokens could not be loaded" problem={problem} onRetry={() => tokens.reload()} />
      )}
      {known === undefined && problem === undefined && <SkeletonLines count={2} what="Loading the API tokens" />}
      {known?.length === 0 && <p class="dim">There is none. Programs, and people who sign in here, need one.</p>}
      <ul class="key-list">
        {known?.map((token) => (
          <TokenRow
            key={token.tokenId}
            token={token}
            caller={caller}
            onDelete={
              mayWrite
                ? () => {
                    open.value = { kind: 'delete', token };
                  }
                : undefined
            }
          />
        ))}
      </ul>
      <Asked
        open={open.value}
        caller={caller}
        onClose={close}
        onChange={() => tokens.reload()}
        onMade={(apiToken) => {
          open.value = { kind: 'made', apiToken };
        }}
      />
    </section>
  );
}

interface TokenRowProps {
  readonly token: ApiToken;
  readonly caller: Caller;
  /** Absent: whoever is signed in may not. */
  readonly onDelete: (() => void) | undefined;
}

function TokenRow({ token, caller, onDelete }: TokenRowProps) {
  const { tokenId, name, scopes, createdAtMs, expiresAtMs } = token;
  const isOver = expiresAtMs !== null && expiresAtMs <= Date.now();
  return (
    <li class="key-row">
      <div class="key-name">
        <h3>
          {name} {caller.tokenId === tokenId && <Badge>Yours</Badge>} {isOver && <Badge tone="warning">Over</Badge>}
        </h3>
        <p class="hint">{scopesSentence(scopes, caller.scopes)}</p>
        <p class="hint">
          Made <time dateTime={machineTime(createdAtMs)}>{formatAgo(createdAtMs, Date.now())}</time>
          {expiresAtMs !== null && (
            <>
              {isOver ? ', ended ' : ', ends '}
              <time dateTime={machineTime(expiresAtMs)}>{formatDay(expiresAtMs)}</time>
            </>
          )}
        </p>
      </div>
      {onDelete !== undefined && (
        <div class="key-actions">
          <Button look="quiet" onClick={onDelete}>
            Delete<span class="visually-hidden"> {name}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

interface AskedProps {
  readonly open: Open | undefined;
  readonly caller: Caller;
  readonly onClose: () => void;
  readonly onChange: () => void;
  readonly onMade: (apiToken: string) => void;
}

function Asked({ open, caller, onClose, onChange, onMade }: AskedProps) {
  switch (open?.kind) {
    case 'new':
      return (
        <NewTokenDialog
          own={caller.scopes}
          onClose={onClose}
          onMade={(apiToken) => {
            onChange();
            onMade(apiToken);
          }}
        />
      );
    case 'made':
      return <MadeTokenDialog apiToken={open.apiToken} onClose={onClose} />;
    case 'delete':
      return (
        <ConfirmDialog
          heading={`Delete “${open.token.name}”?`}
          verb="Delete token"
          done="The token is deleted"
          act={async () => {
            await api.delete(`/api-tokens/${open.token.tokenId}`);
            onChange();
          }}
          onClose={onClose}
        >
          {caller.tokenId === open.token.tokenId
            ? 'It is the one that you are signed in with: you are signed out. That cannot be undone.'
            : 'Whoever uses it is refused from the next request on. That cannot be undone.'}
        </ConfirmDialog>
      );
    default:
      return null;
  }
}

/** This once. */
function MadeTokenDialog({ apiToken, onClose }: { readonly apiToken: string; readonly onClose: () => void }) {
  return (
    <Dialog heading="Your API token" onClose={onClose}>
      <CopyField
        label="API token"
        value={apiToken}
        isSecret
        hint="It is not shown again: only a hash of it is kept. Whoever has it may do what it may."
      />
      <div class="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
