import type { Channel } from '../../api/channel.ts';

/** The settings as they stand in the form: numbers as they are typed. */
export interface SettingsDraft
  extends Pick<Channel, 'profile' | 'takeover' | 'isPrivate' | 'isDisabled' | 'delivery' | 'onDemand' | 'isRecorded'> {
  readonly reconnectS: string;
  readonly dvrMinutes: string;
  readonly ingestMbps: string;
  readonly keepsForEver: boolean;
  readonly retentionDays: string;
  /** What is typed; `undefined`: it stays as it is, `null`: SRT is not to be encrypted. Secret. */
  readonly srtPassphrase: string | null | undefined;
}

/** Of what was typed and is not as it must be: a sentence, by the field. */
export type SettingsErrors = Partial<Record<keyof SettingsDraft, string>>;

/** What is sent to change a channel: no more than what is different. */
export type ChannelChange = Partial<Omit<Channel, 'channelId' | 'hasSrtPassphrase'>> & {
  readonly srtPassphrase?: string | null;
};

const SECOND_MS = 1_000;
const MINUTE_S = 60;
const MEGA = 1_000_000;
const DAYS_BY_DEFAULT = '30';

/** What the control API takes (functions: ChannelSettings), in the units of the form. */
const RANGES = {
  reconnectS: { min: 0, max: 1_800, unit: 'seconds' },
  dvrMinutes: { min: 0.5, max: 720, unit: 'minutes' },
  ingestMbps: { min: 0.1, max: 200, unit: 'Mbit/s' },
  retentionDays: { min: 1, max: 3_650, unit: 'days' },
} as const;
const PASSPHRASE_CHARS = { min: 10, max: 79 } as const;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** A channel's settings, as they stand in the form before anybody has touched it. */
export function draftOf(channel: Channel): SettingsDraft {
  const { profile, takeover, isPrivate, isDisabled, delivery, onDemand, isRecorded, recordingRetentionDays } = channel;
  return {
    ...{ profile, takeover, isPrivate, isDisabled, delivery, onDemand, isRecorded },
    reconnectS: String(channel.reconnectWindowMs / SECOND_MS),
    dvrMinutes: String(channel.dvrWindowS / MINUTE_S),
    ingestMbps: String(channel.ingestBitrateBpsMax / MEGA),
    keepsForEver: recordingRetentionDays === null,
    retentionDays: recordingRetentionDays === null ? DAYS_BY_DEFAULT : String(recordingRetentionDays),
    srtPassphrase: undefined,
  };
}

/** What of the form is wrong; nothing where it can be sent. */
export function draftErrors(draft: SettingsDraft): SettingsErrors {
  const errors: SettingsErrors = {};
  for (const field of ['reconnectS', 'dvrMinutes', 'ingestMbps'] as const) {
    const error = rangeError(draft[field], RANGES[field]);
    if (error !== undefined) errors[field] = error;
  }
  const days = Number(draft.retentionDays);
  const daysError = Number.isInteger(days) ? rangeError(draft.retentionDays, RANGES.retentionDays) : 'Whole days.';
  if (!draft.keepsForEver && daysError !== undefined) errors.retentionDays = daysError;
  const passphraseError = typeof draft.srtPassphrase === 'string' ? passphraseErrorOf(draft.srtPassphrase) : undefined;
  if (passphraseError !== undefined) errors.srtPassphrase = passphraseError;
  return errors;
}

/** What is different from the channel. The draft has no errors. */
export function changeOf(channel: Channel, draft: SettingsDraft): ChannelChange {
  const { profile, takeover, isPrivate, isDisabled, delivery, onDemand, isRecorded, srtPassphrase } = draft;
  const wanted = {
    ...{ profile, takeover, isPrivate, isDisabled, delivery, onDemand, isRecorded },
    reconnectWindowMs: Math.round(Number(draft.reconnectS) * SECOND_MS),
    dvrWindowS: Math.round(Number(draft.dvrMinutes) * MINUTE_S),
    ingestBitrateBpsMax: Math.round(Number(draft.ingestMbps) * MEGA),
    recordingRetentionDays: draft.keepsForEver ? null : Number(draft.retentionDays),
  };
  const before: Readonly<Record<string, unknown>> = channel;
  const changed = Object.entries(wanted).filter(([name, value]) => before[name] !== value);
  const isNewPassphrase = srtPassphrase !== undefined && (srtPassphrase !== null || channel.hasSrtPassphrase);
  return { ...Object.fromEntries(changed), ...(isNewPassphrase && { srtPassphrase }) };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

function rangeError(typed: string, { min, max, unit }: Range): string | undefined {
  const number = Number(typed);
  const isGood = typed.trim() !== '' && Number.isFinite(number) && number >= min && number <= max;
  return isGood ? undefined : `A number from ${min} to ${max.toLocaleString('en')} ${unit}.`;
}

function passphraseErrorOf(typed: string): string | undefined {
  if (!PRINTABLE_ASCII.test(typed)) return 'Only letters, digits, signs and blanks that every keyboard has.';
  const { min, max } = PASSPHRASE_CHARS;
  return typed.length < min || typed.length > max ? `${min} to ${max} characters.` : undefined;
}
