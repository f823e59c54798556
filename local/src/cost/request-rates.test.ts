import { OUR_PAGE_RATES } from '@sluice/functions/cost';
import { expect, it } from 'vitest';
import { readRecordedSessions, requestRateOf } from './request-rates.ts';

it('what the control API takes a viewer for is what our page was seen to ask for', async () => {
  const { sessions } = await readRecordedSessions();
  const ours = sessions.filter(({ player }) => player === 'watch');
  expect(ours.length).toBeGreaterThan(0);
  for (const session of ours) {
    const { workerPerS, playlistPerS, reportPerS, tracks } = requestRateOf(session);
    const told = OUR_PAGE_RATES[session.profile];
    expect(Math.abs(told.workerPerS / workerPerS - 1), session.profile).toBeLessThan(0.05);
    expect(Math.abs(told.playlistPerS / playlistPerS - 1), session.profile).toBeLessThan(0.05);
    expect(Math.abs(told.reportPerS / reportPerS - 1), session.profile).toBeLessThan(0.05);
    expect(told.tracks).toBe(tracks);
  }
});
