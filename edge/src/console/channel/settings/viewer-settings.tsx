import { LATENCY_PROFILES } from '../../api/channel.ts';
import { LATENCY_WORDS } from '../../channels/latency-words.ts';
import { Choice, Switch, TextField } from '../../parts/field.tsx';
import type { SettingsPartProps } from './settings-form.tsx';

const LATENCIES = LATENCY_PROFILES.map((value) => ({ value, ...LATENCY_WORDS[value] }));
const DELIVERIES = [
  { value: 'separate', name: 'Separate', hint: 'Sound and picture in playlists of their own. The quickest.' },
  { value: 'muxed', name: 'Muxed', hint: 'Both in one, for half the requests.' },
] as const;

/** What viewers get. */
export function ViewerSettings({ draft, errors, set }: SettingsPartProps) {
  return (
    <section class="card form" aria-labelledby="viewers-title">
      <h2 id="viewers-title">Viewers</h2>
      <Choice
        label="Latency"
        hint="Counts from the next broadcast on."
        choices={LATENCIES}
        value={draft.profile}
        onValue={(profile) => set({ profile })}
      />
      <Switch
        label="Private"
        hint="Viewers need a playback token. Counts from the next broadcast on."
        isOn={draft.isPrivate}
        onChange={(isPrivate) => set({ isPrivate })}
      />
      <TextField
        label="Rewind window"
        unit="minutes"
        inputMode="decimal"
        hint="How far back viewers can seek while it is live."
        value={draft.dvrMinutes}
        error={errors.dvrMinutes}
        onValue={(dvrMinutes) => set({ dvrMinutes })}
      />
      <Choice
        label="Delivery"
        hint="How HLS offers sound and picture. Counts from the next broadcast on."
        choices={DELIVERIES}
        value={draft.delivery}
        onValue={(delivery) => set({ delivery })}
      />
      <Switch
        label="Encode on demand"
        hint="Qualities that nobody watches rest, and are back within a segment. Whoever seeks back to such a time sees a smaller picture."
        isOn={draft.onDemand}
        onChange={(onDemand) => set({ onDemand })}
      />
    </section>
  );
}
