import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { API_TOKEN_NAME_CHARS_MAX, MadeApiToken } from '../api/api-token.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import {
  TOKEN_LIFETIMES,
  TOKEN_RIGHTS,
  type TokenFault,
  type TokenLifetime,
  type TokenOrder,
  type TokenRights,
  tokenOrder,
} from './token-order.ts';

/** Where what is missing is put in. */
const PLACES: Readonly<Record<TokenFault['at'], string>> = { name: '[aria-invalid]', scopes: '[type="checkbox"]' };

interface NewTokenDialogProps {
  /** What whoever is signed in may do. */
  readonly own: readonly string[];
  readonly onClose: () => void;
  /** With the token: it is told this once. */
  readonly onMade: (apiToken: string) => void;
}

/** Asks what a new token is for, what it may do, and until when. */
export function NewTokenDialog({ own, onClose, onMade }: NewTokenDialogProps) {
  const name = useSignal('');
  const rights = useSignal<TokenRights>('read');
  const chosen = useSignal<readonly string[]>([]);
  const lifetime = useSignal<TokenLifetime>('90');
  const fault = useSignal<TokenFault | undefined>(undefined);
  const task = useTask();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // On a phone the button is far below what is missing.
    if (fault.value !== undefined) form.current?.querySelector<HTMLElement>(PLACES[fault.value.at])?.focus();
  }, [fault.value]);
  const submit = async () => {
    const wish = { name: name.value, rights: rights.value, chosen: chosen.value, lifetime: lifetime.value };
    const order = tokenOrder(wish, own, Date.now());
    fault.value = 'at' in order ? order : undefined;
    if ('at' in order) return;
    await task.run(async () => onMade(await makeToken(order)), 'The token is made');
  };
  const faultAt = (at: TokenFault['at']) => (fault.value?.at === at ? fault.value.sentence : undefined);
  return (
    <Dialog heading="New API token" onClose={onClose}>
      <form
        ref={form}
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label="What is it for?"
          placeholder="The web shop, my phone, …"
          maxLength={API_TOKEN_NAME_CHARS_MAX}
          value={name.value}
          error={faultAt('name')}
          onValue={(value) => {
            name.value = value;
          }}
        />
        <Choice
          label="It may"
          choices={TOKEN_RIGHTS}
          value={rights.value}
          onValue={(value) => {
            rights.value = value;
          }}
        />
        {rights.value === 'chosen' && (
          <ScopeChoice
            own={own}
            chosen={chosen.value}
            onChosen={(value) => {
              chosen.value = value;
            }}
          />
        )}
        {faultAt('scopes') !== undefined && (
          <p class="field-error" role="alert">
            {faultAt('scopes')}
          </p>
        )}
        <Choice
          label="Good for"
          choices={TOKEN_LIFETIMES}
          value={lifetime.value}
          onValue={(value) => {
            lifetime.value = value;
          }}
        />
        {task.problem.value !== undefined && <ErrorNote what="The token was not made" problem={task.problem.value} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={task.isBusy.value}>
            Make token
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ScopeChoiceProps {
  readonly own: readonly string[];
  readonly chosen: readonly string[];
  readonly onChosen: (chosen: readonly string[]) => void;
}

/** Each scope that there is to give. */
function ScopeChoice({ own, chosen, onChosen }: ScopeChoiceProps) {
  const id = useId();
  return (
    <fieldset class="choice" aria-describedby={id}>
      <legend>Scopes</legend>
      <p class="hint" id={id}>
        “write” does not include “read”.
      </p>
      <div class="scope-checks">
        {own.map((scope) => (
          <label key={scope} class="event-check">
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              onChange={(event) => {
                const others = chosen.filter((each) => each !== scope);
                onChosen(event.currentTarget.checked ? [...others, scope] : others);
              }}
            />
            {scope}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

async function makeToken(order: TokenOrder): Promise<string> {
  return (await api.post('/api-tokens', MadeApiToken, { body: order })).value.apiToken;
}
