import { Button } from '../../parts/button.tsx';
import { Choice, Switch, TextField } from '../../parts/field.tsx';
import type { SettingsPartProps } from './settings-form.tsx';

const TAKEOVERS = [
  {
    value: 'take-over',
    name: 'Takes over',
    hint: 'The broadcast goes on with it. An encoder that reconnects is never locked out.',
  },
  { value: 'refuse', name: 'Is refused', hint: 'As long as the first one sends.' },
] as const;

/** Who may stream to the channel, and how. */
export function PublishingSettings({
  draft,
  errors,
  set,
  hasSrtPassphrase,
}: SettingsPartProps & { readonly hasSrtPassphrase: boolean }) {
  return (
    <section class="card form" aria-labelledby="publishing-title">
      <h2 id="publishing-title">Publishing</h2>
      <Choice
        label="A second encoder"
        choices={TAKEOVERS}
        value={draft.takeover}
        onValue={(takeover) => set({ takeover })}
      />
      <TextField
        label="Reconnect window"
        unit="seconds"
        inputMode="numeric"
        hint="An encoder that comes back within this goes on with the same broadcast."
        value={draft.reconnectS}
        error={errors.reconnectS}
        onValue={(reconnectS) => set({ reconnectS })}
      />
      <TextField
        label="Highest ingest bitrate"
        unit="Mbit/s"
        inputMode="decimal"
        hint="Whoever sends more than this for some seconds is sent away."
        value={draft.ingestMbps}
        error={errors.ingestMbps}
        onValue={(ingestMbps) => set({ ingestMbps })}
      />
      <SrtPassphrase draft={draft} errors={errors} set={set} hasSrtPassphrase={hasSrtPassphrase} />
      <Switch
        label="Disabled"
        hint="Nobody can stream to it. A live broadcast ends within some seconds."
        isOn={draft.isDisabled}
        onChange={(isDisabled) => set({ isDisabled })}
      />
    </section>
  );
}

/** It is never shown again: it can only be set anew, or taken away. */
function SrtPassphrase({
  draft,
  errors,
  set,
  hasSrtPassphrase,
}: SettingsPartProps & { readonly hasSrtPassphrase: boolean }) {
  const { srtPassphrase } = draft;
  const isSet = hasSrtPassphrase && srtPassphrase !== null;
  return (
    <div class="passphrase">
      <TextField
        label={isSet ? 'Another SRT passphrase' : 'SRT passphrase'}
        type="password"
        autocomplete="new-password"
        hint={passphraseHint(hasSrtPassphrase, srtPassphrase)}
        value={srtPassphrase ?? ''}
        error={errors.srtPassphrase}
        onValue={(typed) => set({ srtPassphrase: typed === '' ? undefined : typed })}
      />
      {isSet && (
        <Button look="quiet" onClick={() => set({ srtPassphrase: null })}>
          Remove passphrase
        </Button>
      )}
    </div>
  );
}

function passphraseHint(isSet: boolean, typed: string | null | undefined): string {
  if (isSet && typed === null) return 'Once it is saved SRT is not encrypted any more.';
  if (isSet) return 'SRT of this channel is encrypted. The passphrase is not shown to anybody.';
  return 'With one, SRT is encrypted, and whoever has none is refused. 10 to 79 characters.';
}
