import { useSignal } from '@preact/signals';
import { PlaybackToken } from '../api/playback-token.ts';
import { formatMoment } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { useTask } from '../parts/use-task.ts';
import { api } from '../session/session.ts';
import { LIFETIMES, type Lifetime, readCountries, readSites } from './link-limits.ts';

interface PrivateLinkProps {
  readonly channelId: string;
  readonly onMade: (token: PlaybackToken) => void;
}

/** Makes a playback token: for how long it is good, and where. */
export function PrivateLink({ channelId, onMade }: PrivateLinkProps) {
  const lifetime = useSignal<Lifetime>('21600');
  const countries = useSignal('');
  const sites = useSignal('');
  const madeUntilMs = useSignal<number | undefined>(undefined);
  const task = useTask();
  const [readC, readS] = [readCountries(countries.value), readSites(sites.value)];
  const make = async () => {
    if ('fault' in readC || 'fault' in readS) return;
    const body = {
      lifetimeS: Number(lifetime.value),
      ...(readC.values.length > 0 && { countries: readC.values }),
      ...(readS.values.length > 0 && { sites: readS.values }),
    };
    const { value } = await api.post(`/channels/${channelId}/playback-tokens`, PlaybackToken, { body });
    madeUntilMs.value = value.expiresAtMs;
    onMade(value);
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(make, 'The link is made');
      }}
    >
      <p>
        This channel is private: viewers need a playback token, which stands in the addresses below. Whoever has one of
        them can watch until it is over.
      </p>
      <Choice
        label="Good for"
        choices={LIFETIMES}
        value={lifetime.value}
        onValue={(value) => {
          lifetime.value = value;
        }}
      />
      <details class="fold">
        <summary>
          <Icon name="forward" />
          Only in some countries, or on some sites
        </summary>
        <div class="form">
          <TextField
            label="Countries"
            value={countries.value}
            placeholder="DE, AT, CH"
            hint="Two letters each. Empty: everywhere."
            error={'fault' in readC ? readC.fault : undefined}
            onValue={(value) => {
              countries.value = value;
            }}
          />
          <TextField
            label="Sites"
            value={sites.value}
            placeholder="https://shop.example"
            hint="Where the player may be embedded. Empty: anywhere. With a site named, the watch page itself is none of them."
            error={'fault' in readS ? readS.fault : undefined}
            onValue={(value) => {
              sites.value = value;
            }}
          />
        </div>
      </details>
      {task.problem.value !== undefined && <ErrorNote what="The link was not made" problem={task.problem.value} />}
      <div class="form-actions">
        <Button look="primary" type="submit" icon="link" isBusy={task.isBusy.value}>
          {madeUntilMs.value === undefined ? 'Make a link' : 'Make another link'}
        </Button>
        {madeUntilMs.value !== undefined && <span class="dim">Good until {formatMoment(madeUntilMs.value)}</span>}
      </div>
    </form>
  );
}
