import { describe, expect, it } from 'vitest';
import { type HealthCheck, type HealthEffect, noticedAfterMs, RegionHealth } from './region-health.ts';
import { nextRegionState } from './region-life.ts';

const CHECK: HealthCheck = { intervalMs: 10_000, timeoutMs: 6_000, healthyCountMin: 3, unhealthyCountMin: 2 };

/** A clock, and a region that answers as the test says. */
class Story {
  readonly health = new RegionHealth(CHECK);
  readonly told: HealthEffect[] = [];
  nowMs = 0;

  /** Goes to the next question and answers it; `undefined`: it is not answered at all. */
  next(isReady: boolean | undefined): this {
    while (this.#ask() === undefined) this.nowMs = this.health.deadlineMs;
    if (isReady !== undefined) this.answer(isReady);
    else this.nowMs = this.health.deadlineMs;
    if (isReady === undefined) this.health.handle({ kind: 'time' }, this.nowMs);
    this.#drain();
    return this;
  }

  answer(isReady: boolean, question = this.#question): void {
    this.health.handle({ kind: 'answered', question, isReady }, this.nowMs);
    this.#drain();
  }

  get states(): string[] {
    return this.told.flatMap((effect) => (effect.kind === 'changed' ? [effect.state] : []));
  }

  get #question(): number {
    return this.told.filter(({ kind }) => kind === 'ask').length;
  }

  #ask(): HealthEffect | undefined {
    const before = this.#question;
    this.health.handle({ kind: 'time' }, this.nowMs);
    this.#drain();
    return this.#question > before ? this.told.at(-1) : undefined;
  }

  #drain(): void {
    for (let effect = this.health.poll(); effect !== undefined; effect = this.health.poll()) this.told.push(effect);
  }
}

describe('the health of a region', () => {
  it('is asked at once, and then once in each interval', () => {
    const story = new Story();
    const askedAtMs = [true, true, true].map((isReady) => story.next(isReady).nowMs);
    expect(askedAtMs).toEqual([0, 10_000, 20_000]);
  });

  it('is good after one yes of a region that is new, and after as many as it takes of one that failed', () => {
    const story = new Story();
    expect(story.health.state).toBe('initial');
    expect(story.next(true).states).toEqual(['healthy']);
    story.next(false).next(false);
    expect(story.next(true).next(true).health.state).toBe('unhealthy');
    expect(story.next(true).states).toEqual(['healthy', 'unhealthy', 'healthy']);
  });

  it('is not bad after one no, and a yes in between begins the count anew', () => {
    const story = new Story();
    story.next(true).next(false).next(true).next(false);
    expect(story.health.state).toBe('healthy');
    expect(story.next(false).health.state).toBe('unhealthy');
  });

  it('of a region that hangs is bad when two questions have run out', () => {
    const story = new Story();
    story.next(true);
    const beforeMs = story.nowMs;
    expect(story.next(undefined).next(undefined).health.state).toBe('unhealthy');
    expect(story.nowMs - beforeMs).toBeLessThanOrEqual(noticedAfterMs(CHECK));
  });

  it('takes no answer that comes late', () => {
    const story = new Story();
    story.next(undefined);
    story.answer(true);
    expect(story.health.state).toBe('initial');
    story.next(undefined);
    story.answer(true, 1);
    expect(story.states).toEqual(['unhealthy']);
  });

  it('asks once when the clock has jumped over several intervals', () => {
    const story = new Story();
    story.next(true);
    story.nowMs = 95_000;
    story.next(true);
    expect(story.health.deadlineMs).toBe(105_000);
    expect(story.told.filter(({ kind }) => kind === 'ask')).toHaveLength(2);
  });

  it('has no question that outlives its interval', () => {
    expect(() => new RegionHealth({ ...CHECK, timeoutMs: 10_001 })).toThrow();
  });

  it('does not change by what a state does not list', () => {
    expect(nextRegionState('initial', 'passed')).toBe('initial');
    expect(nextRegionState('unhealthy', 'passed-once')).toBe('unhealthy');
  });
});
