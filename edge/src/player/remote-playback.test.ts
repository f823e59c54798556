import { expect, it } from 'vitest';
import { remoteButtons } from './remote-playback.ts';

it.each([
  ['nothing of either', undefined, undefined, { airPlay: false, cast: false }],
  ['AirPlay, and no device', 'not-available', undefined, { airPlay: false, cast: false }],
  ['AirPlay, and a device', 'available', undefined, { airPlay: true, cast: false }],
  ['both, and a device', 'available', true, { airPlay: true, cast: false }],
  ['both, and none for AirPlay', 'not-available', true, { airPlay: false, cast: false }],
  ['Remote Playback, and no device', undefined, false, { airPlay: false, cast: false }],
  ['Remote Playback, and a device', undefined, true, { airPlay: false, cast: true }],
] as const)('with %s', (_, airPlay, isCastAvailable, buttons) => {
  expect(remoteButtons({ airPlay, isCastAvailable })).toEqual(buttons);
});
