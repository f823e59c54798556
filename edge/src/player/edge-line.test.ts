import { describe, expect, it } from 'vitest';
import { EdgeLine } from './edge-line.ts';

describe('EdgeLine', () => {
  it('knows nothing before the first sighting', () => {
    expect(new EdgeLine().at(1_000)).toBeUndefined();
  });

  it('moves on with time between two sightings', () => {
    const line = new EdgeLine();
    line.sighted(10, 1_000);
    expect(line.at(1_000)).toBeCloseTo(10);
    expect(line.at(1_400)).toBeCloseTo(10.4);
  });

  it('does not fall back for one part that arrives late', () => {
    const line = new EdgeLine();
    for (let part = 0; part < 8; part += 1) line.sighted(part * 0.5, part * 500);
    line.sighted(4, 4_300);
    expect(line.at(4_300)).toBeCloseTo(4.3);
  });

  it('follows when the way has become slower for good', () => {
    const line = new EdgeLine();
    for (let part = 0; part < 12; part += 1) line.sighted(part * 0.5, part * 500);
    for (let part = 12; part < 24; part += 1) line.sighted(part * 0.5, part * 500 + 400);
    expect(line.at(11_900)).toBeCloseTo(11.5);
  });

  it('starts anew when it was told to forget', () => {
    const line = new EdgeLine();
    line.sighted(10, 1_000);
    line.forget();
    expect(line.at(1_000)).toBeUndefined();
  });
});
