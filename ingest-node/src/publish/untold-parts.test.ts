import { ChannelId, LeaseAnswer, type NextPart, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, fakeBroadcast, V360, V720 } from '../package/packaging-fixture.ts';
import { StoreError } from './media-store.ts';
import { cutSegments, FRAME_RATE } from './publication-stage.ts';
import { ScriptedStore } from './scripted-store.ts';
import { withUntoldParts } from './untold-parts.ts';

const channelId = ChannelId.parse('demo');
const PLACE = 'demo/0123456789abcdef';
const INITS = ['v720/init-0.mp4', 'v360/init-0.mp4', 'a128/init-0.mp4'];
const DUE: NextPart = { msn: 1, partIndex: 2 };

interface Lost {
  readonly profile?: 'low' | 'standard';
  readonly due?: NextPart;
  readonly lent?: Readonly<Record<string, string>>;
  readonly isNew?: boolean;
}

/** A lease on a broadcast whose node was lost. */
function lease({ profile = 'low', due = DUE, lent, isNew = false }: Lost = {}): LeaseAnswer {
  const { description } = fakeBroadcast(profile, FRAME_RATE);
  const next = Object.fromEntries(description.renditions.map(({ id }) => [id, due]));
  const known = isNew ? { next: {} } : { continues: description, next, ...(lent && { lent }) };
  return LeaseAnswer.parse({ broadcastId: '0123456789abcdef', epoch: 2, initVersion: 16, leaseMs: 10_000, ...known });
}

/** A bucket with objects of so many bytes. */
async function bucket(sizesBytes: Readonly<Record<string, number>>): Promise<ScriptedStore> {
  const store = new ScriptedStore({ isPrompt: true });
  for (const [name, sizeBytes] of Object.entries(sizesBytes)) {
    const object = { key: `${PLACE}/${name}`, bytes: new Uint8Array(sizeBytes), contentType: 'video/mp4' as const };
    await store.put(object, new AbortController().signal);
  }
  return store;
}

const withInits = (sizesBytes: Readonly<Record<string, number>>) =>
  bucket({ ...Object.fromEntries(INITS.map((name) => [name, 9])), ...sizesBytes });

async function look(store: ScriptedStore, lost?: Lost, withinMs = 60_000) {
  const { untold } = await withUntoldParts({ channelId, lease: lease(lost), store, withinMs });
  const names = untold.parts.map(({ renditionId, msn, partIndex }) => `${renditionId} ${msn}.${partIndex}`);
  const at = (id: RenditionId) => `${untold.next[id]?.msn}.${untold.next[id]?.partIndex}`;
  return { ...untold, names, next: [V720, V360, A128].map(at) };
}

describe('parts that a node stored and did not live to announce', () => {
  it('are none where the bucket has nothing of what is due, and that is all that is asked', async () => {
    const store = await withInits({ 'v720/1.1.m4s': 5, 'v720/1.3.m4s': 5 });
    expect(await look(store)).toEqual({ parts: [], names: [], next: ['1.2', '1.2', '1.2'] });
    expect(store.lookedAt.sort()).toEqual(['a128', 'v360', 'v720'].map((id) => `${PLACE}/${id}/1.2.m4s`));
  });

  it('are told as the node itself would have told them, with the size that the bucket says', async () => {
    const store = await withInits({ 'v720/1.2.m4s': 50, 'a128/1.2.m4s': 7 });
    const { parts, next } = await look(store);
    const cut = cutSegments('low', 1).map(({ announced }) => announced);
    const asCut = (id: string) => cut.find(({ renditionId, partIndex }) => renditionId === id && partIndex === 2);
    expect(parts).toEqual([
      // An encoder began with it, for all that is known; that it can be joined there is not known.
      { ...asCut(V720), sizeBytes: 50, isIndependent: false },
      { ...asCut(A128), sizeBytes: 7 },
    ]);
    expect(next).toEqual(['1.3', '1.2', '1.3']);
  });

  it('may be several, over the end of a segment, which begins with a part that can be joined at', async () => {
    const store = await withInits({ 'v360/1.2.m4s': 1, 'v360/1.3.m4s': 2, 'v360/2.0.m4s': 3, 'v360/2.2.m4s': 4 });
    const { parts, next } = await look(store);
    expect(parts.map((part) => [part.partIndex, part.sizeBytes, part.isIndependent, part.isLastOfSegment])).toEqual([
      [2, 1, false, false],
      [3, 2, false, true],
      [0, 3, true, false],
    ]);
    expect(parts.every(({ isGap }) => !isGap)).toBe(true);
    expect(next).toEqual(['1.2', '2.1', '1.2']);
  });

  it('are looked for up to a limit', async () => {
    const many = Array.from({ length: 40 }, (_, index) => [`a128/${2 + Math.floor(index / 4)}.${index % 4}.m4s`, 1]);
    const store = await withInits(Object.fromEntries(many));
    const { parts, next } = await look(store, { due: { msn: 2, partIndex: 0 } });
    expect(parts).toHaveLength(16);
    expect(next).toEqual(['2.0', '2.0', '6.0']);
  });

  it('are segments under their own names where playlists list no parts', async () => {
    const store = await withInits({ 'v720/3.m4s': 90, 'v720/3.0.m4s': 1 });
    const { names, parts, next } = await look(store, { profile: 'standard', due: { msn: 3, partIndex: 0 } });
    expect(names).toEqual(['v720 3.0']);
    expect(parts[0]).toMatchObject({ sizeBytes: 90, isIndependent: true, isLastOfSegment: true });
    expect(next).toEqual(['4.0', '3.0', '3.0']);
  });

  it('are its lender’s where a rendition rests, to the end of the segment that is lent', async () => {
    const lenders = { 'v360/1.2.m4s': 1, 'v360/1.3.m4s': 2, 'v360/2.0.m4s': 3 };
    const store = await withInits({ ...lenders, 'v720/1.2.m4s': 99 });
    const { parts, next } = await look(store, { lent: { v720: 'v360' } });
    expect(parts.map((part) => [part.renditionId, part.partIndex, part.sizeBytes, part.lentBy])).toEqual([
      [V720, 2, 1, V360],
      [V720, 3, 2, V360],
      [V360, 2, 1, undefined],
      [V360, 3, 2, undefined],
      [V360, 0, 3, undefined],
    ]);
    expect(next).toEqual(['2.0', '2.1', '1.2']);
    expect(new Set(store.lookedAt).size).toBe(store.lookedAt.length);
  });

  it('are none whose init segment is not there, or that are empty', async () => {
    const store = await bucket({ 'v720/init-0.mp4': 9, 'v720/1.2.m4s': 0, 'v360/1.2.m4s': 5 });
    expect(await look(store)).toEqual({ parts: [], names: [], next: ['1.2', '1.2', '1.2'] });
  });

  it('are not looked for in a broadcast that is new', async () => {
    const store = await withInits({ 'v720/1.0.m4s': 5 });
    expect((await look(store, { isNew: true })).parts).toEqual([]);
    expect(store.lookedAt).toEqual([]);
  });
});

describe('a bucket in trouble', () => {
  const missing = { names: [], next: ['1.2', '1.2', '1.2'] };

  it('is one in which nothing is found, and why is told', async () => {
    const store = await withInits({ 'v720/1.2.m4s': 5 });
    store.faultOfLook = () => Promise.reject(new StoreError('HEAD: 503', { isRetryable: true }));
    expect(await look(store)).toMatchObject({ ...missing, trouble: 'HEAD: 503' });
  });

  it('is not waited for', async () => {
    const store = await withInits({});
    store.faultOfLook = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    expect(await look(store, {}, 1)).toMatchObject({ ...missing, trouble: expect.stringContaining('timeout') });
  });

  it('costs what it does not answer of, and nothing else', async () => {
    const store = await withInits({ 'v720/1.2.m4s': 5, 'v360/1.2.m4s': 5 });
    store.faultOfLook = async (key) => {
      if (key.includes(RenditionId.parse('v360'))) throw new StoreError('cut', { isRetryable: true });
      return store.stored.get(key)?.bytes.length;
    };
    expect((await look(store)).names).toEqual(['v720 1.2']);
  });
});
