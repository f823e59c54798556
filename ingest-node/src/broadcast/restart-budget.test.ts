import { describe, expect, it } from 'vitest';
import { RestartBudget } from './restart-budget.ts';

function take(budget: RestartBudget, ...timesS: number[]): string[] {
  return timesS.map((atS) => budget.take(atS * 1_000));
}

describe('a transcoder that died', () => {
  it('is started three times in half a minute, and not a fourth time', () => {
    expect(take(new RestartBudget(), 0, 10, 29.999, 29.999)).toEqual(['start', 'again', 'again', 'never']);
  });

  it('has its chances back when those before lie half a minute back', () => {
    const budget = new RestartBudget();
    expect(take(budget, 0, 1, 2, 29.999, 30, 31, 31.999, 32)).toEqual([
      'start',
      'again',
      'again',
      'never',
      'again',
      'again',
      'never',
      'again',
    ]);
  });

  it('is started fifteen times in a broadcast at most', () => {
    const hourly = Array.from({ length: 16 }, (_, hour) => hour * 3_600);
    expect(take(new RestartBudget(), ...hourly)).toEqual([...Array(15).fill('start'), 'never']);
  });
});
