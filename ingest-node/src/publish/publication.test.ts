import { ChannelId, type LatencyProfileName, LeaseAnswer, mediaGrid } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EdgeClient } from '../control/edge-client.ts';
import { problemReply } from '../control/scripted-peer.ts';
import type { EncodedBroadcast } from '../media/encoded.ts';
import { type CutPart, Packager } from '../package/packager.ts';
import { A128, audioFrame, fakeBroadcast, V360, V720, videoFrame } from '../package/packaging-fixture.ts';
import { UNKNOWN_PARTS_MAX } from './announce-ledger.ts';
import { StoreError } from './media-store.ts';
import { Publication, type PublicationFailure } from './publication.ts';
import { ScriptedEdge } from './scripted-edge.ts';
import { ScriptedStore } from './scripted-store.ts';

const FRAME_RATE = { num: 30, den: 1 };
const channelId = ChannelId.parse('demo');
const FINISH_MS_MAX = 10_000;
const LOST = new StoreError('403', { isRetryable: false });

let edge: ScriptedEdge;
beforeEach(async () => {
  edge = await ScriptedEdge.listen();
});
afterEach(() => edge[Symbol.asyncDispose]());

/** Parts of some segments in the order in which they are cut, all renditions of an instant together. */
function cutSegments(profile: LatencyProfileName, segmentCount: number): CutPart[] {
  const grid = mediaGrid(profile, FRAME_RATE);
  const packager = new Packager(fakeBroadcast(profile, FRAME_RATE));
  const parts: (CutPart | undefined)[] = [];
  let audioCount = 0;
  for (let index = 0; index < segmentCount * grid.framesPerSegment; index += 1) {
    for (; audioCount * 1_024 * 30 < (index + 1) * 48_000; audioCount += 1) {
      parts.push(packager.push(audioFrame(audioCount), Date.now()));
    }
    for (const id of [V720, V360]) parts.push(packager.push(videoFrame(id, grid, index), Date.now()));
  }
  return parts.filter((part) => part !== undefined);
}

interface PublishOptions {
  readonly profile?: LatencyProfileName;
  readonly heldBytesMax?: number;
  readonly onDemand?: boolean;
  readonly encoded?: EncodedBroadcast;
}

/** As soon as the edge says that nobody watches a rendition. */
const AT_ONCE = { restAfterMs: 1, idleAfterMs: 1 };

function publish(store: ScriptedStore, options: PublishOptions = {}) {
  const { profile = 'low', heldBytesMax, onDemand = false } = options;
  const failures: PublicationFailure[] = [];
  const failed = Promise.withResolvers<PublicationFailure>();
  const lost: string[] = [];
  const skipped: string[] = [];
  const troubles: string[] = [];
  const resting = new RestLog();
  const { encoded = fakeBroadcast(profile, FRAME_RATE) } = options;
  const client = new EdgeClient({ edgeUrl: edge.peer.url });
  const publication = new Publication({
    channelId,
    lease: LeaseAnswer.parse(edge.lease()),
    encoded: { ...encoded, inits: new Packager(encoded).inits, areInitsKept: false },
    store,
    announce: (announcement, signal) => client.announce({ channelId, grant: 'a-grant' }, announcement, signal),
    listener: {
      onFailure: (failure) => {
        failures.push(failure);
        failed.resolve(failure);
      },
      onPartStored: () => {},
      onPartLost: ({ renditionId, msn, partIndex }) => lost.push(`${renditionId} ${msn}.${partIndex}`),
      onPartSkipped: ({ renditionId, msn, partIndex }) => skipped.push(`${renditionId} ${msn}.${partIndex}`),
      onObjectStored: () => {},
      onStandby: () => {},
      onAnnounced: () => {},
      onStorageTrouble: (why) => troubles.push(why),
      onRenditionsShed: () => {},
      onRenditionsResting: (ids, idle) => resting.told(ids, idle),
      onTrouble: (why) => troubles.push(why),
    },
    onDemand,
    limits: {
      demand: AT_ONCE,
      announce: { backoffMs: 1, backoffMsMax: 1 },
      upload: { backoffMs: 1, backoffMsMax: 1, ...(heldBytesMax === undefined ? {} : { heldBytesMax }) },
    },
  });
  publication.start();
  return { publication, failures, failed: failed.promise, lost, skipped, troubles, resting };
}

/** What was told of renditions that rest. */
class RestLog {
  readonly lines: string[] = [];
  #woken = Promise.withResolvers<void>();

  told(ids: readonly string[], idle: readonly string[]): void {
    this.lines.push(`${ids.join(' ') || 'none'} / ${idle.join(' ') || 'none'}`);
    this.#woken.resolve();
    this.#woken = Promise.withResolvers<void>();
  }

  async until(line: string): Promise<void> {
    while (this.lines.at(-1) !== line) await this.#woken.promise;
  }
}

const add = (publication: Publication, parts: readonly CutPart[]) => {
  for (const part of parts) publication.add(part);
};
const PARTS_OF_2_SEGMENTS = ['1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '2.2', '2.3'];

describe('a broadcast that is published', () => {
  it('lists every part of every rendition, in order, and stores inits, parts and segments under their keys', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publish(store);
    const parts = cutSegments('low', 2);
    add(publication, parts);
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
    add(publication, cutSegments('low', 2));
    await publication.finish(FINISH_MS_MAX);
    const bytesOf = (name: string) => store.stored.get(`demo/0123456789abcde1/v720/${name}`)?.bytes ?? new Uint8Array();
    for (const msn of [1, 2]) {
      const pieces = [0, 1, 2, 3].map((index) => bytesOf(`${msn}.${index}.m4s`));
      expect(Buffer.compare(bytesOf(`${msn}.m4s`), Buffer.concat(pieces))).toBe(0);
    }
  });

  it('is described with the first announcement, and not again', async () => {
    const { publication } = publish(new ScriptedStore({ isPrompt: true }));
    add(publication, cutSegments('low', 1));
    await publication.finish(FINISH_MS_MAX);
    const [first, ...others] = edge.announcements;
    expect(first?.description).toEqual(fakeBroadcast('low', FRAME_RATE).description);
    expect(others.every(({ description }) => description === undefined)).toBe(true);
  });

  it('announces a part only when its PUT, its init segment’s and those of the parts before it are confirmed', async () => {
    const store = new ScriptedStore();
    const { publication } = publish(store);
    await edge.peer.until(() => edge.isDescribed);
    add(
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
    add(publication, cutSegments('low', 1));
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
    add(
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
    add(
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
    add(publication, cutSegments('standard', 2));
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
    add(publication, parts);
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
    add(publication, parts);
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
    add(publication, cutSegments('low', 2));
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
    add(publication, cutSegments('low', 2));
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
    add(publication, half);
    await edge.peer.until(() => [V720, V360, A128].every((id) => edge.names(id).length === 5));
    edge.restart(everything);
    add(
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
      add(publication, cutSegments('low', 1).slice(0, 3));
      await publication.finish(FINISH_MS_MAX);
      expect(failures).toEqual([{ kind: 'fenced', code, detail: `Because of ${code}.` }]);
      const { length } = edge.announcements;
      const { size } = store.stored;
      add(publication, cutSegments('low', 2));
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

describe('the end', () => {
  it('waits for what is on its way, and no longer than it may', async () => {
    const store = new ScriptedStore();
    const { publication } = publish(store);
    add(publication, cutSegments('low', 1));
    await publication.finish(5);
    expect(store.asked).toEqual([]);
    expect(edge.names(V720)).toEqual([]);
  });
});

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
    add(publication, segmentOf(parts, 1));
    await resting.until('v720 / v720');
    for (const msn of [2, 3, 4]) add(publication, segmentOf(parts, msn));
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
    add(publication, segmentOf(parts, 1));
    await resting.until('v720 / v720');
    publication.encoded([V720], 2);
    for (const msn of [2, 3]) add(publication, segmentOf(parts, msn));
    edge.watched = [V720, A128];
    await edge.untilListed(V720, 8);
    await resting.until('none / none');
    // Nothing of it is encoded before.
    add(
      publication,
      segmentOf(parts, 4).filter(({ announced }) => announced.renditionId !== V720),
    );
    publication.encoded([], 6);
    add(
      publication,
      segmentOf(parts, 5).filter(({ announced }) => announced.renditionId !== V720),
    );
    add(publication, segmentOf(parts, 6));
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
    add(publication, parts);
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
      add(publication, cutSegments('low', 2));
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
    add(publication, cutSegments('low', 2));
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
    add(publication, parts.filter(isEarly));
    edge.watched = [V720, A128];
    const encoded = fakeBroadcast('low', FRAME_RATE);
    publication.goOn({ ...encoded, inits: [], areInitsKept: true, next: publication.next });
    await resting.until('none / none');
    add(
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
      add(
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
      add(
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
