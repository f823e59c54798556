import { RecordedAbout } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { readAbout } from './about-reader.ts';

const RECORDING = {
  channelId: 'demo',
  broadcastId: '0mww8blwx4z6wtlh8p63',
  clipId: null,
  startedAtMs: 1_790_000_000_000,
  fromMs: 1_790_000_000_000,
  toMs: 1_790_000_600_000,
  startOffsetMs: 0,
  pictureSlot: 6,
  hasStoryboard: true,
};

describe('what is read of a recording', () => {
  it.each([
    ['a recording', RECORDING],
    ['a clip', { ...RECORDING, clipId: '0mgx2p6q81h5k9w3c7d2f0', startOffsetMs: 1_200, hasStoryboard: false }],
  ])('is what the contract allows: %s', (_, body) => {
    const { clipId, ...about } = RecordedAbout.parse(body);
    expect(readAbout(body)).toEqual(about);
  });

  it.each([null, undefined, 'six'])('is one without a picture where no slot is named: %s', (pictureSlot) => {
    expect(readAbout({ ...RECORDING, pictureSlot })).toMatchObject({ pictureSlot: undefined, hasStoryboard: true });
  });

  it.each([
    ['nothing', undefined],
    ['a string', 'about'],
    ['no channel', { ...RECORDING, channelId: undefined }],
    ['a broadcast that is a number', { ...RECORDING, broadcastId: 1 }],
    ['a time that is a text', { ...RECORDING, fromMs: '1790000000000' }],
    ['a time before all', { ...RECORDING, startOffsetMs: -1 }],
    ['no word on a storyboard', { ...RECORDING, hasStoryboard: null }],
  ])('is not %s', (_, body) => {
    expect(readAbout(body)).toBeUndefined();
  });
});
