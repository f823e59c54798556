import { Switch, TextField } from '../../parts/field.tsx';
import type { SettingsPartProps } from './settings-form.tsx';

/** Whether broadcasts are kept, and for how long. */
export function RecordingSettings({ draft, errors, set }: SettingsPartProps) {
  return (
    <section class="card form" aria-labelledby="recording-title">
      <h2 id="recording-title">Recording</h2>
      <Switch
        label="Record broadcasts"
        hint="Counts from the next broadcast on."
        isOn={draft.isRecorded}
        onChange={(isRecorded) => set({ isRecorded })}
      />
      {draft.isRecorded && (
        <Switch
          label="Delete recordings after some time"
          hint="Recordings that there are keep the time that they were made with."
          isOn={!draft.keepsForEver}
          onChange={(isOn) => set({ keepsForEver: !isOn })}
        />
      )}
      {draft.isRecorded && !draft.keepsForEver && (
        <TextField
          label="Keep recordings for"
          unit="days"
          inputMode="numeric"
          value={draft.retentionDays}
          error={errors.retentionDays}
          onValue={(retentionDays) => set({ retentionDays })}
        />
      )}
    </section>
  );
}
