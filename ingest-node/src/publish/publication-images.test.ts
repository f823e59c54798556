import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemReply } from '../control/scripted-peer.ts';
import type { BroadcastImage } from '../media/broadcast-image.ts';
import { A128, V360, V720 } from '../package/packaging-fixture.ts';
import { StoreError } from './media-store.ts';
import { addAll, cutSegments, FINISH_MS_MAX, publishTo } from './publication-stage.ts';
import { ScriptedEdge } from './scripted-edge.ts';
import { ScriptedStore } from './scripted-store.ts';

const BYTES = Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]);
const LOST = new StoreError('403', { isRetryable: false });
const PLACE = 'demo/0123456789abcde1';

let edge: ScriptedEdge;
beforeEach(async () => {
  edge = await ScriptedEdge.listen();
  edge.takesThumbnails = true;
});
afterEach(() => edge[Symbol.asyncDispose]());

function thumbnail(slot: number): BroadcastImage {
  return { kind: 'thumbnail', slot, bytes: BYTES };
}

function spriteOf(firstSlot: number, tileCount = 25) {
  return { firstSlot, tileCount, tileWidthPx: 160, tileHeightPx: 90 };
}

function sprite(firstSlot: number, tileCount?: number): BroadcastImage {
  return { kind: 'sprite', sprite: spriteOf(firstSlot, tileCount), bytes: BYTES };
}

const toldThumbnails = () => edge.announcements.flatMap(({ thumbnails }) => (thumbnails ? [thumbnails] : []));

describe('the images of a broadcast', () => {
  it('are stored under their keys, and told with the next parts', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publishTo(edge, store);
    const parts = cutSegments('low', 2);
    addAll(publication, parts.slice(0, 12));
    await edge.untilListed(V720, 4);
    publication.addImage(thumbnail(0));
    publication.addImage(sprite(0));
    await store.until(() => store.stored.has(`${PLACE}/storyboards/0-25.jpg`));
    addAll(publication, parts.slice(12));
    await publication.finish(FINISH_MS_MAX);
    expect(store.stored.get(`${PLACE}/thumbnails/0.jpg`)).toMatchObject({ bytes: BYTES, contentType: 'image/jpeg' });
    expect(toldThumbnails()).toEqual([{ newestSlot: 0, sprites: [spriteOf(0)] }]);
    const withThem = edge.announcements.find(({ thumbnails }) => thumbnails !== undefined);
    expect(withThem?.parts.length).toBeGreaterThan(0);
  });

  it('are told at the end by themselves, since no parts follow', async () => {
    const { publication } = publishTo(edge, new ScriptedStore({ isPrompt: true }));
    addAll(publication, cutSegments('low', 1));
    await edge.untilListed(V720, 4);
    publication.addImage(sprite(0, 7));
    await publication.finish(FINISH_MS_MAX);
    expect(toldThumbnails()).toEqual([{ sprites: [spriteOf(0, 7)] }]);
  });

  it('are told several times, each sprite with those after it, and no more than a few at once', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication } = publishTo(edge, store);
    await edge.peer.until(() => edge.isDescribed);
    const parts = cutSegments('low', 6);
    for (let index = 0; index < 6; index += 1) {
      const told = edge.announcements.length;
      publication.addImage(sprite(index * 25));
      await store.until(() => store.stored.has(`${PLACE}/storyboards/${index * 25}-25.jpg`));
      addAll(publication, parts.slice(index * 12, (index + 1) * 12));
      await edge.peer.until(() => edge.announcements.slice(told).some(({ thumbnails }) => thumbnails !== undefined));
    }
    await publication.finish(FINISH_MS_MAX);
    const told = toldThumbnails().map(({ sprites }) => sprites.map(({ firstSlot }) => firstSlot / 25));
    expect(told.at(-1)).toEqual([2, 3, 4, 5]);
    for (const first of [0, 1, 2]) expect(told.filter((each) => each.includes(first)).length).toBeGreaterThan(1);
  });

  it('are told again when the announcement had no answer', async () => {
    const store = new ScriptedStore({ isPrompt: true });
    const { publication, troubles } = publishTo(edge, store);
    await edge.peer.until(() => edge.isDescribed);
    let isBroken = true;
    edge.fault = () => {
      const { thumbnails } = edge.announcements.at(-1) ?? {};
      if (!isBroken || thumbnails === undefined) return undefined;
      isBroken = false;
      return { status: 503 };
    };
    publication.addImage(thumbnail(3));
    addAll(publication, cutSegments('low', 1));
    await publication.finish(FINISH_MS_MAX);
    expect(toldThumbnails()).toEqual([
      { newestSlot: 3, sprites: [] },
      { newestSlot: 3, sprites: [] },
    ]);
    expect(troubles).toHaveLength(1);
  });

  it('are not told to an edge that does not say that it takes them, and nothing waits for that', async () => {
    edge.takesThumbnails = false;
    const { publication } = publishTo(edge, new ScriptedStore({ isPrompt: true }));
    publication.addImage(thumbnail(0));
    addAll(publication, cutSegments('low', 1));
    await publication.finish(FINISH_MS_MAX);
    expect(toldThumbnails()).toEqual([]);
    expect(edge.names(V720)).toHaveLength(4);
  });

  it('are told no more to an edge that went back to an older version, and the broadcast goes on', async () => {
    const { publication, failures } = publishTo(edge, new ScriptedStore({ isPrompt: true }));
    await edge.peer.until(() => edge.isDescribed);
    edge.fault = () => {
      if (edge.announcements.at(-1)?.thumbnails === undefined) return undefined;
      edge.takesThumbnails = false;
      return problemReply(400, 'request-invalid');
    };
    publication.addImage(thumbnail(0));
    addAll(publication, cutSegments('low', 2));
    await publication.finish(FINISH_MS_MAX);
    expect([toldThumbnails().length, failures]).toEqual([1, []]);
    expect(edge.names(V720)).toHaveLength(8);
  });

  it('that storage does not take are counted, and cost nothing else', async () => {
    const store = new ScriptedStore();
    const { publication, imagesLost, lost, failures } = publishTo(edge, store);
    await edge.peer.until(() => edge.isDescribed);
    for (const { confirm } of [...store.asked]) confirm();
    publication.addImage(thumbnail(0));
    store.find('thumbnails/0.jpg').fail(LOST);
    store.isPrompt = true;
    addAll(publication, cutSegments('low', 1));
    await publication.finish(FINISH_MS_MAX);
    expect([imagesLost, lost, failures]).toEqual([[LOST.message], [], []]);
    expect(toldThumbnails()).toEqual([]);
  });
});

describe('images while storage is slow', () => {
  it('are put one at a time, and behind everything that viewers need', async () => {
    const store = new ScriptedStore();
    const { publication } = publishTo(edge, store);
    await edge.peer.until(() => edge.isDescribed);
    for (const { confirm } of [...store.asked]) confirm();
    for (const slot of [0, 1, 2]) publication.addImage(thumbnail(slot));
    const images = () => store.asked.filter(({ object }) => object.contentType === 'image/jpeg');
    expect(images().map(({ object }) => object.key)).toEqual([`${PLACE}/thumbnails/0.jpg`]);
    // More parts on their way than leave room for anything else.
    addAll(publication, cutSegments('low', 1));
    store.find('thumbnails/0.jpg').confirm();
    await new Promise(setImmediate);
    expect([images().length, store.asked.length]).toEqual([0, 12]);
    publication.abandon();
  });

  it('are given up first where they do not fit beside media, and no part is', async () => {
    const store = new ScriptedStore();
    const parts = cutSegments('low', 1);
    const mediaBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const { publication, imagesLost, lost } = publishTo(edge, store, { heldBytesMax: mediaBytes + BYTES.length });
    await edge.peer.until(() => edge.isDescribed);
    for (const { confirm } of [...store.asked]) confirm();
    await new Promise(setImmediate);
    for (const slot of [0, 1, 2]) publication.addImage(thumbnail(slot));
    addAll(publication, parts);
    // The newest of them.
    expect(imagesLost).toEqual(['thumbnails/2.jpg', 'thumbnails/1.jpg'].map((name) => expect.stringContaining(name)));
    expect(lost).toEqual([]);
    store.isPrompt = true;
    for (const { confirm } of [...store.asked]) confirm();
    await publication.finish(FINISH_MS_MAX);
    for (const id of [V720, V360, A128]) expect(edge.names(id)).toEqual(['1.0', '1.1', '1.2', '1.3']);
  });
});
