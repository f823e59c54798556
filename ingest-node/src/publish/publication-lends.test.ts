import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CutPart } from '../package/packager.ts';
import { A128, fakeBroadcast, V360, V720 } from '../package/packaging-fixture.ts';
import { StoreError } from './media-store.ts';
import { addAll, cutSegments, FINISH_MS_MAX, FRAME_RATE, type PublishOptions, publishTo } from './publication-stage.ts';
import { ScriptedEdge } from './scripted-edge.ts';
import { ScriptedStore } from './scripted-store.ts';

const LOST = new StoreError('403', { isRetryable: false });

let edge: ScriptedEdge;
beforeEach(async () => {
  edge = await ScriptedEdge.listen();
});
afterEach(() => edge[Symbol.asyncDispose]());

const publish = (store: ScriptedStore, options?: PublishOptions) => publishTo(edge, store, options);

describe('renditions that nobody watches, of a channel on demand', () => {
  /** The parts of one segment. */
  const segmentOf = (parts: readonly CutPart[], msn: number) => parts.filter(({ announced }) => announced.msn === msn);
  const lendersOf = (msn: number) =>
    (edge.listed.get(V720) ?? []).filter((part) => part.msn === msn).map(({ lentBy }) => lentBy);
  const OWN = [undefined, undefined, undefined, undefined];
  const LENT = [V360, V360, V360, V360];

  it('are lent the parts of the next smaller one, and not stored', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication, resting, lost } = publish(store, { onDemand: true });
    edge.watched = [V360, A128];
    const parts = cutSegments('low', 4);
    addAll(publication, segmentOf(parts, 1));
    await resting.until('v720 / v720');
    for (const msn of [2, 3, 4]) addAll(publication, segmentOf(parts, msn));
    await publication.finish(FINISH_MS_MAX);
    // What the second one is was said with the last part of the first.
    expect([1, 2, 3, 4].map(lendersOf)).toEqual([OWN, OWN, LENT, LENT]);
    const lent = (edge.listed.get(V720) ?? []).filter(({ msn }) => msn > 2);
    const lenders = (edge.listed.get(V360) ?? []).filter(({ msn }) => msn > 2);
    expect(lent.map(({ nextLentBy: _, ...part }) => part)).toEqual(
      lenders.map((part) => ({ ...part, renditionId: V720, lentBy: V360 })),
    );
    const next = (edge.listed.get(V720) ?? []).filter(({ isLastOfSegment }) => isLastOfSegment);
    expect(next.map(({ nextLentBy }) => nextLentBy)).toEqual([undefined, V360, V360, V360]);
    const names = [...store.stored.keys()].filter((key) => /v720\/[0-9]/.test(key)).map((key) => key.split('/').at(-1));
    expect(names.sort()).toEqual(
      ['1.0', '1.1', '1.2', '1.3', '1', '2.0', '2.1', '2.2', '2.3', '2'].map((name) => `${name}.m4s`).sort(),
    );
    expect(lost).toEqual([]);
  });

  it('are back from where the encoders say, once somebody asks', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication, resting } = publish(store, { onDemand: true });
    edge.watched = [V360, A128];
    const parts = cutSegments('low', 6);
    addAll(publication, segmentOf(parts, 1));
    await resting.until('v720 / v720');
    publication.encoded([V720], 2);
    for (const msn of [2, 3]) addAll(publication, segmentOf(parts, msn));
    edge.watched = [V720, A128];
    await edge.untilListed(V720, 8);
    await resting.until('none / none');
    // Nothing of it is encoded before.
    addAll(
      publication,
      segmentOf(parts, 4).filter(({ announced }) => announced.renditionId !== V720),
    );
    publication.encoded([], 6);
    addAll(
      publication,
      segmentOf(parts, 5).filter(({ announced }) => announced.renditionId !== V720),
    );
    addAll(publication, segmentOf(parts, 6));
    await publication.finish(FINISH_MS_MAX);
    expect([3, 4, 5, 6].map(lendersOf)).toEqual([LENT, LENT, LENT, OWN]);
    expect(edge.names(V720)).toHaveLength(24);
    expect(store.stored.has('demo/0123456789abcde1/v720/6.m4s')).toBe(true);
  });

  it('are announced only when the lender’s part is stored, and are gaps where it is lost', async () => {
    const store = new ScriptedStore();
    const { publication, resting } = publish(store, { onDemand: true });
    for (const id of [V720, V360, A128]) store.find(`${id}/init-0.mp4`).confirm();
    edge.watched = [V360, A128];
    await resting.until('v720 / v720');
    const parts = cutSegments('low', 1).filter(({ announced }) => announced.renditionId !== A128);
    addAll(publication, parts);
    store.find('v360/1.0.m4s').confirm();
    await edge.untilListed(V720, 1);
    store.find('v360/1.2.m4s').confirm();
    store.find('v360/1.1.m4s').fail(LOST);
    await edge.untilListed(V720, 3);
    expect(edge.names(V720)).toEqual(['1.0', '1.1 gap', '1.2']);
    expect(edge.names(V360)).toEqual(['1.0', '1.1 gap', '1.2']);
    publication.abandon();
  });

  it('are all made where the edge knows of no viewers, or the channel is not on demand', async () => {
    for (const [watched, onDemand] of [
      [undefined, true],
      [[V360, A128], false],
    ] as const) {
      edge.watched = watched && [...watched];
      const { publication, resting } = publish(new ScriptedStore({ isPrompt: true }), { onDemand });
      addAll(publication, cutSegments('low', 2));
      await publication.finish(FINISH_MS_MAX);
      expect(edge.listed.get(V720)?.every(({ lentBy }) => lentBy === undefined)).toBe(true);
      expect(resting.lines).toEqual([]);
      edge.restart(true);
      edge.listed.clear();
    }
  });

  it('are made all the same, where the next smaller one has a larger picture', async () => {
    const encoded = fakeBroadcast('low', FRAME_RATE);
    const { description } = encoded;
    const renditions = description.renditions.map((rendition) =>
      rendition.id === V360 && rendition.kind === 'video' ? { ...rendition, heightPx: 1_080 } : rendition,
    );
    const odd = { ...encoded, description: { ...description, renditions } };
    const { publication, resting } = publish(new ScriptedStore({ isPrompt: true }), { onDemand: true, encoded: odd });
    edge.watched = [V360, A128];
    addAll(publication, cutSegments('low', 2));
    await publication.finish(FINISH_MS_MAX);
    expect(edge.listed.get(V720)?.every(({ lentBy }) => lentBy === undefined)).toBe(true);
    expect(resting.lines).toEqual([]);
  });

  it('are made by encoders that begin anew, and the segment in hand stays what it was', async () => {
    const { publication, resting } = publish(new ScriptedStore({ isPrompt: true }), { onDemand: true });
    edge.watched = [V360, A128];
    const parts = cutSegments('low', 3);
    await resting.until('v720 / v720');
    const isEarly = ({ announced: { msn, partIndex } }: CutPart) => msn === 1 && partIndex < 2;
    addAll(publication, parts.filter(isEarly));
    edge.watched = [V720, A128];
    const encoded = fakeBroadcast('low', FRAME_RATE);
    publication.goOn({ ...encoded, inits: [], areInitsKept: true, next: publication.next });
    await resting.until('none / none');
    addAll(
      publication,
      parts.filter((part) => !isEarly(part)),
    );
    await publication.finish(FINISH_MS_MAX);
    expect(lendersOf(1)).toEqual(LENT);
    expect(lendersOf(3)).toEqual(OWN);
    expect(edge.names(V720)).toHaveLength(12);
  });
});

describe('renditions for which the line to storage is too thin', () => {
  const OTHERS = [V360, A128];
  /** Longer than a PUT may take. */
  const LATE_MS = 1_000;
  /** Without a late part for so long they come back. */
  const CALM_MS = 12_000;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Two parts of the largest are late, and it is shed. With the fourth segment it is found out that there is room. */
  async function thinLine(): Promise<void> {
    const store = new ScriptedStore();
    const { publication, resting } = publish(store);
    for (const id of [V720, ...OTHERS]) store.find(`${id}/init-0.mp4`).confirm();
    const parts = cutSegments('low', 5);
    for (let partIndex = 0; partIndex < 4; partIndex += 1) {
      addAll(
        publication,
        parts.filter(({ announced }) => announced.msn === 1 && announced.partIndex === partIndex),
      );
      for (const id of OTHERS) store.find(`${id}/1.${partIndex}.m4s`).confirm();
      if (partIndex < 2) vi.advanceTimersByTime(LATE_MS);
      store.find(`v720/1.${partIndex}.m4s`).confirm();
      await edge.untilListed(V720, partIndex + 1);
    }
    store.isPrompt = true;
    for (let msn = 2; msn <= 5; msn += 1) {
      if (msn === 4) vi.advanceTimersByTime(CALM_MS);
      addAll(
        publication,
        parts.filter(({ announced }) => announced.msn === msn),
      );
    }
    await publication.finish(FINISH_MS_MAX);
    expect(resting.lines).toEqual([]);
  }

  const kindsOf = (msn: number) =>
    (edge.listed.get(V720) ?? [])
      .filter((part) => part.msn === msn)
      .map(({ lentBy, isGap }) => (isGap ? 'gap' : (lentBy ?? 'own')));
  const fourTimes = (kind: string) => [kind, kind, kind, kind];

  it('are lent the next smaller one, by whole segments, and come back with the next one that is not', async () => {
    edge.watched = [V720, ...OTHERS];
    await thinLine();
    expect([1, 2, 3, 4, 5].map(kindsOf)).toEqual(['own', V360, V360, V360, 'own'].map(fourTimes));
  });

  it('are gaps, where the edge knows no lent parts', async () => {
    await thinLine();
    expect([1, 2, 3, 4, 5].map(kindsOf)).toEqual(['own', 'gap', 'gap', 'own', 'own'].map(fourTimes));
  });
});
