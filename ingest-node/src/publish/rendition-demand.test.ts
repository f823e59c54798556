import { RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMAND_LIMITS, RenditionDemand } from './rendition-demand.ts';

const [V240, V480, V720] = ['v240', 'v480', 'v720'].map((id) => RenditionId.parse(id)) as [
  RenditionId,
  RenditionId,
  RenditionId,
];
const PICTURES = [V240, V480, V720];
const { restAfterMs: REST_MS, idleAfterMs: IDLE_MS } = DEMAND_LIMITS;

function begun(): RenditionDemand {
  return new RenditionDemand({ pictures: PICTURES, nowMs: 0 });
}

/** Told once a second, as the edge does it. */
function watch(demand: RenditionDemand, fromMs: number, untilMs: number, watched: readonly RenditionId[]): void {
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 1_000) demand.told(watched, nowMs);
}

const lendersOf = (demand: RenditionDemand, msn: number) => PICTURES.map((id) => demand.lender(id, msn));
const OWN = [undefined, undefined, undefined];

describe('renditions that nobody watches', () => {
  it('rest after half a minute, and are lent what is smaller', () => {
    const demand = begun();
    watch(demand, 0, REST_MS - 1_000, [V480]);
    expect(lendersOf(demand, 1)).toEqual(OWN);
    expect(demand.told([V480], REST_MS)).toBe(true);
    expect(demand.resting).toEqual([V720]);
    expect(lendersOf(demand, 2)).toEqual([undefined, undefined, V480]);
    expect(demand.told([V480], REST_MS + 1)).toBe(false);
  });

  it('may all rest but the smallest, which lends to all', () => {
    const demand = begun();
    watch(demand, 0, 10 * REST_MS, []);
    expect(demand.resting).toEqual([V480, V720]);
    expect(lendersOf(demand, 1)).toEqual([undefined, V240, V240]);
    expect(demand.idle).toEqual([V480, V720]);
  });

  it('are what a segment was once said to be', () => {
    const demand = begun();
    expect(lendersOf(demand, 5)).toEqual(OWN);
    watch(demand, 0, REST_MS, []);
    expect(lendersOf(demand, 5)).toEqual(OWN);
    expect(lendersOf(demand, 6)).toEqual([undefined, V240, V240]);
    demand.told([V720], REST_MS + 1);
    expect(lendersOf(demand, 6)).toEqual([undefined, V240, V240]);
    expect(lendersOf(demand, 7)).toEqual([undefined, V240, undefined]);
  });

  it('are back with the next segment while they are still encoded', () => {
    const demand = begun();
    watch(demand, 0, REST_MS + IDLE_MS - 1_000, [V240]);
    expect([demand.resting, demand.idle]).toEqual([[V480, V720], []]);
    expect(demand.told([V480, V720], REST_MS + IDLE_MS)).toBe(true);
    expect(lendersOf(demand, 30)).toEqual(OWN);
  });

  it('need not be encoded after another minute, and are back from where the encoders say', () => {
    const demand = begun();
    watch(demand, 0, REST_MS + IDLE_MS, [V240]);
    expect(demand.idle).toEqual([V480, V720]);
    demand.encoded([V480, V720], 50);
    demand.told([V720], REST_MS + IDLE_MS + 1_000);
    expect([demand.resting, demand.idle]).toEqual([[V480], [V480]]);
    // Before the encoders have answered.
    expect(lendersOf(demand, 50)).toEqual([undefined, V240, V240]);
    demand.encoded([V480], 52);
    expect(lendersOf(demand, 51)).toEqual([undefined, V240, V240]);
    expect(lendersOf(demand, 52)).toEqual([undefined, V240, undefined]);
  });

  it('are lent by what is made, not by another that rests', () => {
    const demand = begun();
    watch(demand, 0, REST_MS, [V720]);
    expect(lendersOf(demand, 1)).toEqual([undefined, V240, undefined]);
  });

  it('are not taken for back by an answer to an older order', () => {
    const demand = begun();
    watch(demand, 0, REST_MS + IDLE_MS, [V240, V480]);
    demand.told([V240], REST_MS + IDLE_MS);
    // The encoders were told of V720 only; meanwhile V480 rests for long enough, too.
    watch(demand, REST_MS + IDLE_MS, 3 * (REST_MS + IDLE_MS), [V240]);
    expect(demand.idle).toEqual([V480, V720]);
    demand.encoded([V720], 70);
    demand.told([V480], 3 * (REST_MS + IDLE_MS) + 1);
    expect(demand.lender(V480, 71)).toBe(V240);
    demand.encoded([V720], 72);
    expect(demand.lender(V480, 72)).toBeUndefined();
  });

  it('are encoded by encoders that begin anew, and spared again after a while', () => {
    const demand = begun();
    watch(demand, 0, REST_MS + IDLE_MS, []);
    demand.encodersBegan(REST_MS + IDLE_MS);
    expect(demand.idle).toEqual([]);
    expect(lendersOf(demand, 9)).toEqual([undefined, V240, V240]);
    demand.told([V720], REST_MS + IDLE_MS + 1);
    expect(demand.lender(V720, 10)).toBeUndefined();
    watch(demand, REST_MS + IDLE_MS, REST_MS + 2 * IDLE_MS, []);
    expect(demand.idle).toEqual([V480]);
  });

  it('never rest where the edge does not tell', () => {
    const demand = begun();
    for (let nowMs = 0; nowMs < 10 * REST_MS; nowMs += 1_000) demand.told(undefined, nowMs);
    expect(lendersOf(demand, 1)).toEqual(OWN);
  });

  it('rest while there is no room for them on the line, watched or not', () => {
    const demand = begun();
    demand.told(PICTURES, 0);
    expect(demand.lender(V720, 1)).toBeUndefined();
    demand.shed([V720]);
    expect([1, 2].map((msn) => demand.lender(V720, msn))).toEqual([undefined, V480]);
    demand.shed([V480, V720]);
    expect(lendersOf(demand, 3)).toEqual([undefined, V240, V240]);
    expect([demand.resting, demand.idle]).toEqual([[], []]);
    demand.shed([]);
    expect(lendersOf(demand, 4)).toEqual(OWN);
  });

  it('go on as another node left them within a segment', () => {
    const demand = new RenditionDemand({ pictures: PICTURES, nowMs: 0, lent: new Map([[7, new Map([[V720, V240]])]]) });
    expect(lendersOf(demand, 7)).toEqual([undefined, undefined, V240]);
    expect(lendersOf(demand, 8)).toEqual(OWN);
  });
});

describe('whatever is told', () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 100_000 }),
    watched: fc.option(fc.subarray(PICTURES), { nil: undefined }),
    answer: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    began: fc.boolean(),
    shed: fc.subarray([V480, V720]),
    msn: fc.integer({ min: 1, max: 100 }),
  });

  it('a lender makes its own, is smaller, and a plan does not change', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const demand = begun();
        const seen = new Map<number, (RenditionId | undefined)[]>();
        let nowMs = 0;
        for (const { afterMs, watched, answer, began, shed, msn } of steps) {
          nowMs += afterMs;
          demand.shed(shed);
          demand.told(watched, nowMs);
          if (answer !== undefined) demand.encoded(demand.idle, answer);
          if (began) demand.encodersBegan(nowMs);
          const lenders = lendersOf(demand, msn);
          expect(lenders).toEqual(seen.get(msn) ?? lenders);
          seen.set(msn, lenders);
          for (const [index, lender] of lenders.entries()) {
            if (lender === undefined) continue;
            expect(PICTURES.indexOf(lender)).toBeLessThan(index);
            expect(demand.lender(lender, msn)).toBeUndefined();
          }
        }
      }),
    );
  });
});
