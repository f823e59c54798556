import { BroadcastId, EdgeEvent } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestBroadcast } from '../testing/test-broadcast.ts';
import type { EventDraft } from './event-draft.ts';
import { type SeenBroadcast, ToldBroadcast, ToldRecord } from './told-broadcast.ts';
import { lifeInputs, lifeStep, TOLD_LIFE } from './told-life.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwxp6wtlh8p63a');
const T0_MS = Date.UTC(2026, 10, 26);
const { description } = new TestBroadcast();

function seen(changes: Partial<SeenBroadcast> = {}): SeenBroadcast {
  const nothing = { viewers: undefined, views: 0, watchedMs: 0, liveMs: 0 };
  const sight = { isPlayable: true, presence: undefined, isOver: false };
  return { ...nothing, ...sight, description, isRecorded: false, endReason: 'publisher-stopped', ...changes };
}

/** What is seen one after the other, and what was told of it, by kind. */
function told(...sights: readonly Partial<SeenBroadcast>[]): string[] {
  const broadcast = new ToldBroadcast({ broadcastId: BROADCAST_ID });
  return sights.flatMap((sight, index) => broadcast.see(seen(sight), T0_MS + index)).map(({ kind }) => kind);
}

const ABSENT = { presence: 'absent' } as const;
const PRESENT = { presence: 'present' } as const;
const OVER = { isOver: true } as const;

describe('the life of a broadcast, as its owner is told of it', () => {
  it('is told once, however often it is seen', () => {
    expect(told({}, {}, ABSENT, ABSENT, {}, PRESENT, PRESENT, OVER, OVER)).toEqual([
      'broadcast-started',
      'publisher-absent',
      'publisher-back',
      'broadcast-ended',
    ]);
  });

  it('is nothing of what could never be played', () => {
    expect(told({ isPlayable: false }, { isPlayable: false, ...ABSENT }, { isPlayable: false, ...OVER })).toEqual([]);
  });

  it('has begun when the first thing that is seen of it is its end', () => {
    expect(told(OVER)).toEqual(['broadcast-started', 'broadcast-ended']);
  });

  it('can end while nobody sends', () => {
    expect(told({}, ABSENT, OVER)).toEqual(['broadcast-started', 'publisher-absent', 'broadcast-ended']);
  });

  it('says what it is when it starts, and how long nobody sent', () => {
    const broadcast = new ToldBroadcast({ broadcastId: BROADCAST_ID });
    const [started] = broadcast.see(seen({ isRecorded: true }), T0_MS);
    expect(started).toMatchObject({
      startedAtMs: description.startedAtMs,
      profile: 'low',
      isPrivate: true,
      isRecorded: true,
      renditions: [
        { renditionId: 'v720', bitrateBpsMax: 3_000_000, widthPx: 1_280, heightPx: 720, frameRate: 30 },
        { renditionId: 'v360' },
        { renditionId: 'a128', codecs: 'mp4a.40.2', bitrateBpsMax: 140_000 },
      ],
    });
    broadcast.see(seen(ABSENT), T0_MS + 10);
    broadcast.see(seen(ABSENT), T0_MS + 20);
    expect(broadcast.see(seen(PRESENT), T0_MS + 35)).toEqual([
      { kind: 'publisher-back', broadcastId: BROADCAST_ID, atMs: T0_MS + 35, absentMs: 25 },
    ]);
  });

  it('goes on after a restart where it was', () => {
    const before = new ToldBroadcast({ broadcastId: BROADCAST_ID });
    before.see(seen(ABSENT), T0_MS);
    const after = new ToldBroadcast(ToldRecord.parse(structuredClone(before.record)));
    expect(after.see(seen(), T0_MS + 5)).toEqual([]);
    expect(after.see(seen(PRESENT), T0_MS + 10)).toMatchObject([{ kind: 'publisher-back', absentMs: 10 }]);
  });

  it('has no step that the table lacks', () => {
    expect(lifeStep('ended', 'playable')).toBeUndefined();
    expect(lifeStep('live', 'present')).toBeUndefined();
    expect(Object.keys(TOLD_LIFE.ended)).toEqual([]);
    expect(lifeInputs({ isPlayable: true, presence: 'absent', isOver: true })).toEqual(['playable', 'over']);
  });
});

const anySight: fc.Arbitrary<Partial<SeenBroadcast>> = fc.record({
  isPlayable: fc.boolean(),
  presence: fc.constantFrom('present', 'absent', undefined),
  isOver: fc.boolean(),
  viewers: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
  watchedMs: fc.nat({ max: 100_000 }),
  liveMs: fc.nat({ max: 100_000 }),
});
/** Also clocks that are set back, restarts, and figures that fall with these. */
const anySteps = fc.array(
  fc.record({
    sight: anySight,
    tookMs: fc.integer({ min: -30_000, max: 90_000 }),
    isRestarted: fc.boolean(),
    isCounted: fc.boolean(),
  }),
  { maxLength: 40 },
);

describe('whatever is seen of a broadcast, in whatever order', () => {
  it('is told as one start, one end after it, and absences that are closed before the next', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        let broadcast = new ToldBroadcast({ broadcastId: BROADCAST_ID });
        let nowMs = T0_MS;
        const drafts: EventDraft[] = [];
        for (const { sight, tookMs, isRestarted, isCounted } of steps) {
          nowMs += tookMs;
          if (isRestarted) broadcast = new ToldBroadcast(ToldRecord.parse(structuredClone(broadcast.record)));
          drafts.push(...broadcast.see(seen(sight), nowMs));
          if (isCounted) drafts.push(...broadcast.count(seen(sight), nowMs));
        }
        for (const draft of drafts) EdgeEvent.parse({ ...draft, sequence: 1 });
        expectLife(drafts);
        expectGrowth(drafts);
        const last = steps.findLast(({ sight }) => sight.isOver);
        if (last !== undefined) expect(broadcast.state).toBe('ended');
      }),
      { numRuns: 500 },
    );
  });
});

/** The invariants of the contract, over the letters of the events: started, absent, back, ended. */
function expectLife(drafts: readonly EventDraft[]): void {
  const letters: Record<EventDraft['kind'], string> = {
    'broadcast-started': 's',
    'publisher-absent': 'a',
    'publisher-back': 'b',
    'broadcast-ended': 'e',
    audience: 'w',
    'recording-ready': 'r',
  };
  const word = drafts.map(({ kind }) => letters[kind]).join('');
  expect(word).toMatch(/^(s[w]*(a[w]*b[w]*)*(a[w]*)?e?)?$/);
}

function expectGrowth(drafts: readonly EventDraft[]): void {
  const totals = drafts.flatMap((draft) => ('totals' in draft ? [draft.totals] : []));
  for (const [index, { viewersPeak, viewerMs, liveMs }] of totals.entries()) {
    const before = totals[index - 1];
    if (before === undefined) continue;
    expect(viewersPeak).toBeGreaterThanOrEqual(before.viewersPeak);
    expect(viewerMs).toBeGreaterThanOrEqual(before.viewerMs);
    expect(liveMs).toBeGreaterThanOrEqual(before.liveMs);
  }
}
