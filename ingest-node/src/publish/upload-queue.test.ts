import { describe, expect, it } from 'vitest';
import { StoreError } from './media-store.ts';
import { RenditionShedding } from './rendition-shedding.ts';
import { ScriptedStore } from './scripted-store.ts';
import type { Upload } from './upload.ts';
import { UPLOAD_LIMITS, type UploadLimits, UploadQueue } from './upload-queue.ts';

const RETRYABLE = new StoreError('503', { isRetryable: true });
const ANSWER_MS = 5;
const FORBIDDEN = new StoreError('403', { isRetryable: false });

interface AddOptions {
  readonly kind?: Upload['kind'];
  readonly rank?: number;
  readonly sizeBytes?: number;
  readonly startsSegment?: boolean;
  readonly completesSegment?: boolean;
}

function queueOn(store: ScriptedStore, limits: Partial<UploadLimits> = {}) {
  const troubles: string[] = [];
  const shed: (readonly number[])[] = [];
  const shedding = new RenditionShedding({ rankCount: 3, partMs: 500 });
  const queue = new UploadQueue({
    store,
    limits: { ...UPLOAD_LIMITS, heldBytesMax: 1_000, backoffMs: 1, backoffMsMax: 1, ...limits },
    shedding,
    listener: { onTrouble: (why) => troubles.push(why), onShedding: (ranks) => shed.push(ranks) },
  });
  const stored: string[] = [];
  const lost: string[] = [];
  const reasons: string[] = [];
  const add = (
    key: string,
    { kind = 'part', rank = 0, sizeBytes = 100, startsSegment = false, completesSegment = false }: AddOptions = {},
  ) =>
    queue.add({
      kind,
      rank,
      startsSegment,
      completesSegment: () => completesSegment,
      object: { key, bytes: new Uint8Array(sizeBytes), contentType: 'video/mp4' },
      onStored: () => stored.push(key),
      onLost: (error) => {
        lost.push(key);
        reasons.push(error.message);
      },
    });
  return { queue, add, stored, lost, reasons, troubles, shed, shedding };
}

const keysOf = (store: ScriptedStore) => store.asked.map(({ object }) => object.key);

describe('objects on their way into the bucket', () => {
  it('are put all at once, and told as they are confirmed', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored } = queueOn(store);
    for (const key of ['a', 'b', 'c']) add(key);
    expect(keysOf(store)).toEqual(['a', 'b', 'c']);
    for (const key of ['c', 'a', 'b']) store.find(key).confirm();
    await queue.whenIdle();
    expect(stored).toEqual(['c', 'a', 'b']);
    expect(queue.heldBytes).toBe(0);
  });

  it('are put again when there is no answer, each time with twice the patience, and that is told', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored, troubles } = queueOn(store, { answerMs: 5 });
    add('a');
    await store.until(() => troubles.length === 2 && store.asked.length === 1);
    store.find('a').confirm();
    await queue.whenIdle();
    expect(stored).toEqual(['a']);
    const patienceMs = troubles.map((why) => Number(/^a: no answer in ([0-9]+) ms$/.exec(why)?.[1]));
    // Timers may fire a millisecond early by this clock.
    expect(patienceMs[0]).toBeGreaterThanOrEqual(4);
    expect(patienceMs[1]).toBeGreaterThanOrEqual(9);
  });

  it('are put again at once, when they hang and storage has answered a later one', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored, troubles } = queueOn(store, { answerMs: ANSWER_MS });
    add('a');
    // By now its patience is some hundred times as long.
    await store.until(() => troubles.length === 8 && store.asked.length === 1);
    const hanging = store.find('a');
    const askedAtMs = performance.now();
    while (performance.now() <= askedAtMs + ANSWER_MS) await new Promise(setImmediate);
    add('b');
    store.find('b').confirm();
    await new Promise(setImmediate);
    expect(store.find('a')).not.toBe(hanging);
    store.find('a').confirm();
    await queue.whenIdle();
    expect(stored).toEqual(['b', 'a']);
  });

  it('are not asked again while others are answered: the line is thin, and they are larger', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored, troubles } = queueOn(store, { answerMs: 20, heldBytesMax: 10_000 });
    add('large', { sizeBytes: 1_000 });
    const large = store.find('large');
    const beganAtMs = performance.now();
    for (let index = 0; performance.now() < beganAtMs + 100; index += 1) {
      add(`small ${index}`);
      store.find(`small ${index}`).confirm();
      await new Promise(setImmediate);
    }
    expect(store.find('large')).toBe(large);
    large.confirm();
    await queue.whenIdle();
    expect([stored.at(-1), troubles]).toEqual(['large', []]);
  });

  it('go beyond what may be on its way at once when all of that hangs, to find out whether storage is back', async () => {
    const store = new ScriptedStore();
    const { queue, add } = queueOn(store, { putsMax: 2, answerMs: ANSWER_MS });
    for (const key of ['a', 'b', 'c']) add(key);
    expect(keysOf(store)).toEqual(['a', 'b']);
    // Each new one is an occasion to look; a machine that is busy may cut those that hang off in between.
    while (!keysOf(store).includes('c')) {
      await new Promise(setImmediate);
      add('another', { rank: 1 });
    }
    queue.abandon();
  });

  it('do not wait for the end of a pause once storage takes something again', async () => {
    const store = new ScriptedStore();
    const hour = { backoffMs: 3_600_000, backoffMsMax: 3_600_000 };
    const { queue, add, stored } = queueOn(store, hour);
    add('a');
    add('b');
    store.find('a').fail(RETRYABLE);
    await store.until(() => store.asked.length === 1);
    store.find('b').confirm();
    await store.until(() => store.asked.length === 1);
    store.find('a').confirm();
    await queue.whenIdle();
    expect(stored).toEqual(['b', 'a']);
  });

  it('are put again after a failure that may pass', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored, lost } = queueOn(store);
    add('a');
    for (let count = 0; count < 3; count += 1) {
      store.find('a').fail(RETRYABLE);
      await store.until(() => store.asked.length > 0);
    }
    store.find('a').confirm();
    await queue.whenIdle();
    expect([stored, lost]).toEqual([['a'], []]);
  });

  it('are lost after a failure that stays', async () => {
    const store = new ScriptedStore();
    const { queue, add, lost } = queueOn(store);
    add('a');
    store.find('a').fail(FORBIDDEN);
    await queue.whenIdle();
    expect(lost).toEqual(['a']);
    expect(queue.heldBytes).toBe(0);
  });

  it('are lost when they are not there in time', async () => {
    const store = new ScriptedStore();
    const { queue, add, lost, reasons } = queueOn(store, { giveUpAfterMs: 5 });
    add('a');
    await queue.whenIdle();
    expect(lost).toEqual(['a']);
    expect(reasons).toEqual(['a: not stored in time']);
  });

  it('are kept for longer when viewers have the beginning of their segment', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored, lost } = queueOn(store, { giveUpAfterMs: 5, completeWithinMs: 60_000 });
    add('rest of a segment', { completesSegment: true });
    add('another');
    await store.until(() => store.asked.length === 2);
    while (lost.length === 0) await new Promise(setImmediate);
    store.find('rest of a segment').confirm();
    await queue.whenIdle();
    expect([stored, lost]).toEqual([['rest of a segment'], ['another']]);
  });

  it('wait for each other beyond so many at once: inits first, then parts from the lowest rank up, then segments', () => {
    const store = new ScriptedStore();
    const { add } = queueOn(store, { putsMax: 1 });
    add('first');
    add('segment', { kind: 'segment' });
    add('high 1', { rank: 2 });
    add('low 1', { rank: 0 });
    add('low 2', { rank: 0 });
    add('init', { kind: 'init', rank: 2 });
    const order = ['first', 'init', 'low 1', 'low 2', 'high 1', 'segment'];
    return order.reduce(async (before, key) => {
      await before;
      await store.until(() => keysOf(store).includes(key));
      expect(keysOf(store)).toEqual([key]);
      store.find(key).confirm();
    }, Promise.resolve());
  });

  it('leave room for parts beside segments', () => {
    const store = new ScriptedStore();
    const { add } = queueOn(store, { putsMax: 4, segmentPutsMax: 2 });
    for (const key of ['s1', 's2', 's3']) add(key, { kind: 'segment' });
    for (const key of ['p1', 'p2']) add(key);
    expect(keysOf(store)).toEqual(['s1', 's2', 'p1', 'p2']);
  });
});

describe('a bucket that is slower than real time', () => {
  it('costs the newest parts of the highest rank, also on their way, and nothing else', async () => {
    const store = new ScriptedStore();
    const { queue, add, lost } = queueOn(store, { heldBytesMax: 500 });
    add('init', { kind: 'init', rank: 9 });
    add('low 1', { rank: 0 });
    add('high 1', { rank: 2 });
    add('high 2', { rank: 2 });
    add('low 2', { rank: 0 });
    expect(queue.heldBytes).toBe(500);
    add('low 3', { rank: 0 });
    add('low 4', { rank: 0 });
    await store.until(() => store.asked.length === 5);
    expect(queue.heldBytes).toBe(500);
    expect(keysOf(store)).toEqual(['init', 'low 1', 'low 2', 'low 3', 'low 4']);
    await new Promise(setImmediate);
    expect(lost).toEqual(['high 2', 'high 1']);
  });

  it('costs a new part of the highest rank before it is put', () => {
    const store = new ScriptedStore();
    const { add, lost } = queueOn(store, { heldBytesMax: 200 });
    add('low 1');
    add('low 2');
    add('high 1', { rank: 2 });
    expect(lost).toEqual(['high 1']);
    expect(keysOf(store)).toEqual(['low 1', 'low 2']);
  });

  it('costs a whole segment before any part: its parts can stand in for it', () => {
    const store = new ScriptedStore();
    const { add, lost } = queueOn(store, { heldBytesMax: 200 });
    add('high 1', { rank: 2 });
    add('segment', { kind: 'segment', rank: 0, sizeBytes: 200 });
    expect(lost).toEqual(['segment']);
  });
});

describe('a line that is too thin for all renditions', () => {
  /** As if two parts of a rendition had taken five seconds. */
  const slowParts = (shedding: RenditionShedding) => {
    const nowMs = performance.now();
    for (const ageMs of [5_000, 5_500]) shedding.confirmed({ rank: 1, startedAtMs: nowMs - ageMs }, nowMs);
  };

  it('carries the highest one to the end of its segment, and no further', async () => {
    const store = new ScriptedStore();
    const { add, lost, shed, shedding } = queueOn(store);
    add('high 1.2', { rank: 2 });
    slowParts(shedding);
    add('low 1.3', { rank: 1 });
    add('high 1.3', { rank: 2 });
    add('low 2.0', { rank: 1, startsSegment: true });
    add('high 2.0', { rank: 2, startsSegment: true });
    add('high 2.1', { rank: 2 });
    expect(shed).toEqual([[2]]);
    expect(keysOf(store)).toEqual(['high 1.2', 'low 1.3', 'high 1.3', 'low 2.0']);
    expect(lost).toEqual(['high 2.0', 'high 2.1']);
  });

  it('carries init segments of all, and no whole segments, not even those on their way', async () => {
    const store = new ScriptedStore();
    const { add, lost, shedding } = queueOn(store);
    add('segment 1', { kind: 'segment' });
    slowParts(shedding);
    add('low 1');
    add('segment 2', { kind: 'segment' });
    add('init', { kind: 'init', rank: 2 });
    await new Promise(setImmediate);
    expect(lost.toSorted()).toEqual(['segment 1', 'segment 2']);
    expect(keysOf(store)).toEqual(['low 1', 'init']);
  });
});

describe('an image', () => {
  it('waits while parts are late, even one that is on its way is given up, and nobody waits for it at the end', async () => {
    const store = new ScriptedStore();
    const { queue, add, lost, reasons, shedding } = queueOn(store);
    add('image 1', { kind: 'image' });
    expect(keysOf(store)).toEqual(['image 1']);
    const nowMs = performance.now();
    for (const ageMs of [5_000, 5_500]) shedding.confirmed({ rank: 1, startedAtMs: nowMs - ageMs }, nowMs);
    add('part');
    add('image 2', { kind: 'image' });
    await new Promise(setImmediate);
    expect([lost, keysOf(store)]).toEqual([['image 1'], ['part']]);
    store.find('part').confirm();
    await queue.whenIdle();
    expect(lost).toEqual(['image 1', 'image 2']);
    expect(reasons.every((reason) => reason.includes('slower than real time'))).toBe(true);
  });

  it('that waits for too long is given up, though nothing else happens', async () => {
    const store = new ScriptedStore();
    const { add, stored, lost } = queueOn(store, { giveUpAfterMs: 20 });
    add('image 1', { kind: 'image' });
    add('image 2', { kind: 'image' });
    while (lost.length < 2) await new Promise(setImmediate);
    expect([lost.toSorted(), stored, keysOf(store)]).toEqual([['image 1', 'image 2'], [], []]);
  });

  it('is given up before any segment, also on its way', async () => {
    const store = new ScriptedStore();
    const { add, lost } = queueOn(store, { heldBytesMax: 250 });
    add('image', { kind: 'image' });
    add('segment', { kind: 'segment' });
    add('part');
    await new Promise(setImmediate);
    expect([lost, keysOf(store)]).toEqual([['image'], ['segment', 'part']]);
  });
});

describe('an abandoned queue', () => {
  it('puts nothing more, cuts off what is on its way, tells nobody and holds nothing', async () => {
    const store = new ScriptedStore();
    const { queue, add, stored, lost } = queueOn(store, { putsMax: 1 });
    add('a');
    add('b');
    queue.abandon();
    add('c');
    await queue.whenIdle();
    expect(store.asked).toEqual([]);
    expect([stored, lost]).toEqual([[], []]);
    expect(queue.heldBytes).toBe(0);
  });
});
