import { LeaseAnswer, type PartAnnounced } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemReply } from '../control/scripted-peer.ts';
import { A128, fakeBroadcast, V360, V720 } from '../package/packaging-fixture.ts';
import { UNKNOWN_PARTS_MAX } from './announce-ledger.ts';
import { StoreError } from './media-store.ts';
import { addAll, cutSegments, FINISH_MS_MAX, FRAME_RATE, type PublishOptions, publishTo } from './publication-stage.ts';
import { ScriptedEdge } from './scripted-edge.ts';
import { ScriptedStore } from './scripted-store.ts';
import type { TakenLease } from './untold-parts.ts';

const LOST = new StoreError('403', { isRetryable: false });
const PARTS_OF_2_SEGMENTS = ['1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '2.2', '2.3'];

let edge: ScriptedEdge;
beforeEach(async () => {
  edge = await ScriptedEdge.listen();
});
afterEach(() => edge[Symbol.asyncDispose]());

const publish = (store: ScriptedStore, options?: PublishOptions) => publishTo(edge, store, options);

describe('a broadcast that is published', () => {
  it('lists every part of every rendition, in order, and stores inits, parts and segments under their keys', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publish(store);
    const parts = cutSegments('low', 2);
    addAll(publication, parts);
    await publication.finish(FINISH_MS_MAX);
    for (const id of [V720, V360, A128]) {
      expect(edge.names(id)).toEqual(PARTS_OF_2_SEGMENTS);
      const place = `demo/0123456789abcde1/${id}`;
      const media = ['init-0.mp4', ...PARTS_OF_2_SEGMENTS.map((name) => `${name}.m4s`), '1.m4s', '2.m4s'];
      expect([...store.stored.keys()].filter((key) => key.startsWith(place)).sort()).toEqual(
        media.map((name) => `${place}/${name}`).sort(),
      );
      expect(store.stored.get(`${place}/1.m4s`)?.contentType).toBe(id === A128 ? 'audio/mp4' : 'video/mp4');
    }
  });

  it('has segment objects that are, byte for byte, their parts', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publish(store);
    addAll(publication, cutSegments('low', 2));
    await publication.finish(FINISH_MS_MAX);
    const bytesOf = (name: string) => store.stored.get(`demo/0123456789abcde1/v720/${name}`)?.bytes ?? new Uint8Array();
    for (const msn of [1, 2]) {
      const pieces = [0, 1, 2, 3].map((index) => bytesOf(`${msn}.${index}.m4s`));
      expect(Buffer.compare(bytesOf(`${msn}.m4s`), Buffer.concat(pieces))).toBe(0);
    }
  });

  it('is described with the first announcement, and not again', async () => {
    const { publication } = publish(new ScriptedStore({ isPrompt: true }));
    addAll(publication, cutSegments('low', 1));
    await publication.finish(FINISH_MS_MAX);
    const [first, ...others] = edge.announcements;
    expect(first?.description).toEqual(fakeBroadcast('low', FRAME_RATE).description);
    expect(others.every(({ description }) => description === undefined)).toBe(true);
  });

  it('announces a part only when its PUT, its init segment’s and those of the parts before it are confirmed', async () => {
    const store = new ScriptedStore();
    const { publication } = publish(store);
    await edge.peer.until(() => edge.isDescribed);
    addAll(
      publication,
      cutSegments('low', 1).filter(({ announced }) => announced.renditionId === V720),
    );
    store.find('v720/1.1.m4s').confirm();
    store.find('a128/init-0.mp4').confirm();
    store.find('v720/1.0.m4s').confirm();
    expect(edge.announcements.flatMap(({ parts }) => parts)).toEqual([]);
    store.find('v720/init-0.mp4').confirm();
    await edge.untilListed(V720, 2);
    store.find('v720/1.2.m4s').confirm();
    await edge.untilListed(V720, 3);
    expect(edge.names(V720)).toEqual(['1.0', '1.1', '1.2']);
    publication.abandon();
  });

  it('puts a whole segment only after the edge lists its last part', async () => {
    const store = new ScriptedStore();
    const { publication } = publish(store);
    const held = Promise.withResolvers<undefined>();
    edge.fault = (count) => (count === 1 ? undefined : held.promise);
    await edge.peer.until(() => edge.isDescribed);
    store.isPrompt = true;
    for (const { confirm } of [...store.asked]) confirm();
    addAll(publication, cutSegments('low', 1));
    await store.until(() => store.stored.has('demo/0123456789abcde1/v720/1.3.m4s'));
    expect([...store.stored.keys()].filter((key) => key.endsWith('/1.m4s'))).toEqual([]);
    held.resolve(undefined);
    await publication.finish(FINISH_MS_MAX);
    expect([...store.stored.keys()].filter((key) => key.endsWith('/1.m4s'))).toHaveLength(3);
  });

  it('announces the parts of one instant together when they are confirmed close together (rule A2.28)', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publish(store);
    await edge.peer.until(() => edge.isDescribed);
    store.isPrompt = false;
    addAll(
      publication,
      cutSegments('low', 1).filter(({ announced: { partIndex } }) => partIndex === 0),
    );
    for (const { confirm } of [...store.asked]) confirm();
    await edge.untilListed(V720, 1);
    const withParts = edge.announcements.filter(({ parts }) => parts.length > 0);
    expect(withParts.map(({ parts }) => parts.length)).toEqual([3]);
    publication.abandon();
  });

  it('does not wait for a sibling that is slow', async () => {
    const store = new ScriptedStore();
    const { publication } = publish(store);
    for (const { confirm } of [...store.asked]) confirm();
    addAll(
      publication,
      cutSegments('low', 1).filter(({ announced: { partIndex } }) => partIndex === 0),
    );
    store.find('a128/1.0.m4s').confirm();
    await edge.untilListed(A128, 1);
    expect(edge.names(V720)).toEqual([]);
    publication.abandon();
  });

  it('stores whole segments and nothing else where playlists list no parts', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publish(store, { profile: 'standard' });
    addAll(publication, cutSegments('standard', 2));
    await publication.finish(FINISH_MS_MAX);
    expect(edge.names(V720)).toEqual(['1.0', '2.0']);
    const ofVideo = [...store.stored.keys()].filter((key) => key.includes('/v720/'));
    expect(ofVideo.map((key) => key.split('/').at(-1)).sort()).toEqual(['1.m4s', '2.m4s', 'init-0.mp4']);
  });
});

describe('storage in trouble', () => {
  it('that loses a part makes a gap of it in its turn, and no object of its segment', async () => {
    const store = new ScriptedStore();
    const { publication, lost } = publish(store);
    const parts = cutSegments('low', 2).filter(({ announced }) => announced.renditionId === V720);
    for (const { confirm } of [...store.asked]) confirm();
    addAll(publication, parts);
    store.find('v720/1.1.m4s').fail(LOST);
    store.isPrompt = true;
    for (const { confirm } of [...store.asked]) confirm();
    await publication.finish(FINISH_MS_MAX);
    expect(lost).toEqual(['v720 1.1']);
    expect(edge.names(V720)).toEqual(PARTS_OF_2_SEGMENTS.map((name) => (name === '1.1' ? '1.1 gap' : name)));
    expect(store.stored.has('demo/0123456789abcde1/v720/1.m4s')).toBe(false);
    expect(store.stored.has('demo/0123456789abcde1/v720/2.m4s')).toBe(true);
  });

  it('that is slower than real time costs the largest picture its newest parts, and the others none', async () => {
    const store = new ScriptedStore();
    const parts = cutSegments('low', 2);
    const allBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const { publication, lost } = publish(store, { heldBytesMax: allBytes * 0.9 });
    for (const { confirm } of [...store.asked]) confirm();
    await edge.peer.until(() => edge.isDescribed);
    addAll(publication, parts);
    store.isPrompt = true;
    for (const { confirm } of [...store.asked]) confirm();
    await publication.finish(FINISH_MS_MAX);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.sort()).toEqual(PARTS_OF_2_SEGMENTS.slice(-lost.length).map((name) => `${V720} ${name}`));
    for (const id of [V360, A128]) expect(edge.names(id)).toEqual(PARTS_OF_2_SEGMENTS);
  });

  it('that does not take an init segment is the end: nothing of the rendition could be played', async () => {
    const store = new ScriptedStore();
    const { failed } = publish(store);
    store.find('v720/init-0.mp4').fail(LOST);
    expect(await failed).toMatchObject({ kind: 'failed', code: 'init-not-stored' });
    expect(store.asked).toEqual([]);
  });
});

describe('an edge in trouble', () => {
  it.each([
    ['answers 500', { status: 500 }],
    ['answers 503', problemReply(503, 'unavailable')],
    ['cuts the connection', 'cut'],
    ['says the grant has expired', problemReply(401, 'grant-expired')],
    ['answers with what is no answer', { status: 200, body: { next: 'soon' } }],
    ['takes nothing and asks for the description', { status: 200, body: { next: {}, needsDescription: true } }],
    ['takes nothing', { status: 200, body: { next: {}, needsDescription: false } }],
  ] as const)('that %s is told again until it listens', async (_what, reply) => {
    edge.fault = (count) => (count <= 3 ? reply : undefined);
    const { publication, failures, troubles } = publish(new ScriptedStore({ isPrompt: true }));
    addAll(publication, cutSegments('low', 2));
    await publication.finish(FINISH_MS_MAX);
    for (const id of [V720, V360, A128]) expect(edge.names(id)).toEqual(PARTS_OF_2_SEGMENTS);
    expect(troubles).toHaveLength(3);
    expect(failures).toEqual([]);
  });

  it('whose answer is lost hears some parts twice, and lists them once', async () => {
    const { publication } = publish(new ScriptedStore({ isPrompt: true }));
    await edge.peer.until(() => edge.isDescribed);
    const real = edge.peer.script;
    let isCut = false;
    edge.peer.script = async (request) => {
      const reply = await real(request);
      if (isCut) return reply;
      isCut = true;
      return 'cut';
    };
    addAll(publication, cutSegments('low', 2));
    await publication.finish(FINISH_MS_MAX);
    expect(isCut).toBe(true);
    expect(edge.names(V720)).toEqual(PARTS_OF_2_SEGMENTS);
  });

  it.each([
    ['the open segment', false],
    ['everything', true],
  ])('that restarts and forgets %s gets it again', async (_what, everything) => {
    const { publication, failures } = publish(new ScriptedStore({ isPrompt: true }));
    const parts = cutSegments('low', 2);
    const half = parts.filter(({ announced: { msn, partIndex } }) => msn === 1 || partIndex === 0);
    addAll(publication, half);
    await edge.peer.until(() => [V720, V360, A128].every((id) => edge.names(id).length === 5));
    edge.restart(everything);
    addAll(
      publication,
      parts.filter((part) => !half.includes(part)),
    );
    await publication.finish(FINISH_MS_MAX);
    for (const id of [V720, V360, A128]) expect(edge.names(id)).toEqual(PARTS_OF_2_SEGMENTS);
    expect(failures).toEqual([]);
  });

  it.each(['epoch-superseded', 'broadcast-ended', 'grant-invalid', 'announcement-invalid'])(
    'that refuses with %s ends it: nothing more is stored or announced',
    async (code) => {
      const store = new ScriptedStore({ isPrompt: true });
      const { publication, failures } = publish(store);
      await edge.peer.until(() => edge.isDescribed);
      edge.fault = () => problemReply(409, code);
      addAll(publication, cutSegments('low', 1).slice(0, 3));
      await publication.finish(FINISH_MS_MAX);
      expect(failures).toEqual([{ kind: 'fenced', code, detail: `Because of ${code}.` }]);
      const { length } = edge.announcements;
      const { size } = store.stored;
      addAll(publication, cutSegments('low', 2));
      await publication.finish(FINISH_MS_MAX);
      expect([edge.announcements.length, store.stored.size]).toEqual([length, size]);
    },
  );

  it('that has been away for too long is the end: nothing grows without limit', async () => {
    edge.fault = () => ({ status: 503 });
    const { publication, failed } = publish(new ScriptedStore({ isPrompt: true }));
    const [part] = cutSegments('low', 1);
    if (part === undefined) throw new Error('no part');
    for (let count = 0; count <= UNKNOWN_PARTS_MAX; count += 1) {
      const msn = Math.floor(count / 4) + 1;
      publication.add({ ...part, announced: { ...part.announced, msn, partIndex: count % 4 } });
    }
    expect(await failed).toMatchObject({ kind: 'failed', code: 'edge-unreachable' });
  });

  it('is told that we live when there is nothing to tell', async () => {
    edge.leaseMs = 30;
    const { publication } = publish(new ScriptedStore({ isPrompt: true }));
    await edge.peer.until(() => edge.announcements.length >= 3);
    expect(edge.announcements.slice(1).every(({ parts }) => parts.length === 0)).toBe(true);
    publication.abandon();
  });
});

describe('a broadcast that goes on with parts that its node before had stored and not told', () => {
  const partOf = (id: string, partIndex: number): PartAnnounced => {
    const found = cutSegments('low', 1).find(
      ({ announced }) => announced.renditionId === id && announced.partIndex === partIndex,
    );
    if (found === undefined) throw new Error('no such part');
    return { ...found.announced, sizeBytes: 4_321 };
  };

  /** Of each rendition one part is listed, and of these so many more are in the bucket. */
  function lost(untoldCounts: Readonly<Record<string, number>>): TakenLease {
    const { description: continues } = fakeBroadcast('low', FRAME_RATE);
    const ids = continues.renditions.map(({ id }) => id);
    edge.isDescribed = true;
    for (const id of ids) edge.listed.set(id, [partOf(id, 0)]);
    const parts = ids.flatMap((id) =>
      Array.from({ length: untoldCounts[id] ?? 0 }, (_, index) => partOf(id, index + 1)),
    );
    const dueAfter = (count: number) => ({ msn: 1, partIndex: 1 + count });
    const next = Object.fromEntries(ids.map((id) => [id, dueAfter(0)]));
    const untold = { parts, next: Object.fromEntries(ids.map((id) => [id, dueAfter(untoldCounts[id] ?? 0)])) };
    return { ...LeaseAnswer.parse(edge.lease()), continues, next, untold };
  }

  const resume = (store: ScriptedStore, lease: TakenLease, made = lease.untold.next) =>
    publish(store, { lease, encoded: { ...fakeBroadcast('low', FRAME_RATE), next: made } });
  const cutFrom = (lease: TakenLease) =>
    cutSegments('low', 2).filter(({ announced: { renditionId, msn, partIndex } }) => {
      const due = lease.untold.next[renditionId];
      return msn > 1 || partIndex >= (due?.partIndex ?? 0);
    });
  const storedOf = (store: ScriptedStore) =>
    [...store.stored.keys()].map((key) => key.slice('demo/0123456789abcde1/'.length)).sort();

  it('announces them first, with what the bucket says of them, and goes on behind them', async () => {
    const lease = lost({ v720: 1, a128: 2 });
    const store = new ScriptedStore({ isPrompt: true });
    const { publication, skipped } = resume(store, lease);
    expect(publication.next).toEqual(lease.untold.next);
    await edge.untilListed(A128, 3);
    expect(edge.announcements[0]?.parts).toEqual([partOf(V720, 1), partOf(A128, 1), partOf(A128, 2)]);
    addAll(publication, cutFrom(lease));
    await publication.finish(FINISH_MS_MAX);
    for (const id of [V720, V360, A128]) expect(edge.names(id)).toEqual(PARTS_OF_2_SEGMENTS);
    expect(skipped).toEqual([]);
    // They are not put again, and there is no object of a segment whose beginning only the bucket has.
    const stored = storedOf(store);
    expect(stored.filter((name) => name.startsWith('a128/'))).toEqual(
      ['1.3', '2.0', '2.1', '2.2', '2.3', '2']
        .map((name) => `a128/${name}.m4s`)
        .concat('a128/init-0.mp4')
        .sort(),
    );
    expect(stored.filter((name) => name.endsWith('/1.m4s'))).toEqual([]);
  });

  it('announces a whole segment of them, and has no object of it', async () => {
    const lease = lost({ v720: 3, v360: 3, a128: 3 });
    const store = new ScriptedStore({ isPrompt: true });
    const after = Object.fromEntries(Object.keys(lease.next).map((id) => [id, { msn: 2, partIndex: 0 }]));
    const { publication } = resume(store, { ...lease, untold: { ...lease.untold, next: after } }, after);
    addAll(
      publication,
      cutSegments('low', 2).filter(({ announced }) => announced.msn === 2),
    );
    await publication.finish(FINISH_MS_MAX);
    for (const id of [V720, V360, A128]) expect(edge.names(id)).toEqual(PARTS_OF_2_SEGMENTS);
    expect(storedOf(store).filter((name) => /\/[12]\.m4s$/.test(name))).toEqual(
      ['a128', 'v360', 'v720'].map((id) => `${id}/2.m4s`),
    );
  });

  it('has gaps only behind them, where other encoders begin later', async () => {
    const lease = lost({ v720: 1 });
    const made = Object.fromEntries(Object.keys(lease.next).map((id) => [id, { msn: 2, partIndex: 0 }]));
    const { publication, skipped } = resume(new ScriptedStore({ isPrompt: true }), lease, made);
    addAll(
      publication,
      cutSegments('low', 2).filter(({ announced }) => announced.msn === 2),
    );
    await publication.finish(FINISH_MS_MAX);
    const rest = ['2.0', '2.1', '2.2', '2.3'];
    expect(edge.names(V720)).toEqual(['1.0', '1.1', '1.2 gap', '1.3 gap', ...rest]);
    expect(edge.names(A128)).toEqual(['1.0', '1.1 gap', '1.2 gap', '1.3 gap', ...rest]);
    expect(skipped).not.toContain(`${V720} 1.1`);
  });

  it('lends on what was lent: of who rests they are its lender’s', async () => {
    const lease = lost({ v360: 1, v720: 1 });
    const parts = lease.untold.parts.map((part) =>
      part.renditionId === V720 ? { ...partOf(V360, 1), renditionId: V720, lentBy: V360 } : part,
    );
    const untold = { ...lease.untold, parts };
    const { publication } = resume(new ScriptedStore({ isPrompt: true }), { ...lease, lent: { [V720]: V360 }, untold });
    addAll(publication, cutFrom(lease));
    await publication.finish(FINISH_MS_MAX);
    expect(edge.names(V720)).toEqual(PARTS_OF_2_SEGMENTS);
    expect(edge.listed.get(V720)?.map(({ lentBy }) => lentBy)).toEqual([
      undefined,
      ...[V360, V360, V360],
      ...Array(4).fill(undefined),
    ]);
  });
});

describe('the end', () => {
  it('waits for what is on its way, and no longer than it may', async () => {
    const store = new ScriptedStore();
    const { publication } = publish(store);
    addAll(publication, cutSegments('low', 1));
    await publication.finish(5);
    expect(store.asked).toEqual([]);
    expect(edge.names(V720)).toEqual([]);
  });
});
