import { describe, expect, it } from 'vitest';
import type { Channel } from '../../api/channel.ts';
import { changeOf, draftErrors, draftOf } from './settings-draft.ts';

const CHANNEL: Channel = {
  channelId: 'studio',
  profile: 'low',
  takeover: 'take-over',
  reconnectWindowMs: 60_000,
  dvrWindowS: 300,
  ingestBitrateBpsMax: 50_000_000,
  isDisabled: false,
  isPrivate: false,
  delivery: 'separate',
  onDemand: false,
  isRecorded: false,
  recordingRetentionDays: null,
  hasSrtPassphrase: false,
  createdAtMs: 0,
  updatedAtMs: 0,
  isBeingDeleted: false,
};
const DRAFT = draftOf(CHANNEL);

describe('the settings of a channel in a form', () => {
  it('change nothing where nothing was touched', () => {
    expect([changeOf(CHANNEL, DRAFT), draftErrors(DRAFT)]).toEqual([{}, {}]);
  });

  it('send no more than what is different', () => {
    const draft = { ...DRAFT, isPrivate: true, dvrMinutes: '0.5', ingestMbps: '6.5' };
    expect(changeOf(CHANNEL, draft)).toEqual({ isPrivate: true, dvrWindowS: 30, ingestBitrateBpsMax: 6_500_000 });
  });

  it('keep recordings for days, or for ever', () => {
    expect(changeOf(CHANNEL, { ...DRAFT, keepsForEver: false })).toEqual({ recordingRetentionDays: 30 });
    const kept = { ...CHANNEL, recordingRetentionDays: 30 };
    expect(changeOf(kept, { ...draftOf(kept), keepsForEver: true })).toEqual({ recordingRetentionDays: null });
  });

  it('set a passphrase, leave it, or take it away', () => {
    const secret = 'correct horse battery';
    expect(changeOf(CHANNEL, { ...DRAFT, srtPassphrase: secret })).toEqual({ srtPassphrase: secret });
    const has = { ...CHANNEL, hasSrtPassphrase: true };
    expect(changeOf(has, { ...DRAFT, srtPassphrase: null })).toEqual({ srtPassphrase: null });
    expect(changeOf(CHANNEL, { ...DRAFT, srtPassphrase: null })).toEqual({});
  });

  it.each([
    ['reconnectS', '1801'],
    ['reconnectS', ''],
    ['reconnectS', '-1'],
    ['dvrMinutes', '0.4'],
    ['dvrMinutes', 'an hour'],
    ['ingestMbps', '0'],
    ['ingestMbps', '201'],
    ['srtPassphrase', 'too short'],
    ['srtPassphrase', 'a'.repeat(80)],
    ['srtPassphrase', 'grüße aus der ferne'],
  ] as const)('say what is wrong with %s: %s', (field, typed) => {
    expect(Object.keys(draftErrors({ ...DRAFT, [field]: typed }))).toEqual([field]);
  });

  it.each(['0', '1.5', '3651', 'x'])('say what is wrong with %s days', (retentionDays) => {
    expect(draftErrors({ ...DRAFT, retentionDays, keepsForEver: false })).toHaveProperty('retentionDays');
    expect(draftErrors({ ...DRAFT, retentionDays })).toEqual({});
  });
});
