import {
  Announcement,
  AuthorizeRequest,
  CheckRequest,
  IngestEvents,
  LeaseRequest,
  LeaseReturn,
  RenewRequest,
} from '@sluice/contracts';
import { TestBroadcast } from '../../../edge/src/testing/test-broadcast.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';

const SCHEMAS = { Announcement, LeaseRequest, LeaseReturn, AuthorizeRequest, RenewRequest, CheckRequest, IngestEvents };
/** A whole resend window, as the edge takes it, is larger; the schemas do not care. */
const INPUT_BYTES_MAX = 16 * 1_024;
const broadcastId = '0123456789abcdef';
const UTF8 = new TextDecoder();

/** What nodes send to the edge and the control API: no JSON makes a schema throw; what was taken is taken again. */
export function announcementJsonTarget(): FuzzTarget {
  const corpus = honestBodies().map((body) => new TextEncoder().encode(JSON.stringify(body)));
  return {
    name: 'announcement-json',
    corpus,
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) => new TextEncoder().encode(JSON.stringify(turned(anyOf(random), random))),
    run: (input) => {
      const body = parsed(UTF8.decode(input));
      if (body === undefined) return 'no JSON';
      return Object.entries(SCHEMAS)
        .map(([name, schema]) => {
          const read = schema.safeParse(body);
          if (!read.success) return read.error.issues[0]?.code ?? 'refused';
          const again = schema.safeParse(JSON.parse(JSON.stringify(read.data)));
          mustHold(again.success, `${name} does not take what it has read`);
          mustHold(JSON.stringify(again.data) === JSON.stringify(read.data), `${name} reads its own words otherwise`);
          return name;
        })
        .join(' ');
    },
  };

  function anyOf(random: Random): unknown {
    const bodies = honestBodies();
    if (!random.oneIn(4)) return bodies[random.below(bodies.length)];
    // Broken text that is JSON all the same is rare, and worth looking for.
    const text = UTF8.decode(mutate(corpus[random.below(corpus.length)] ?? new Uint8Array(), random, options()));
    return parsed(text) ?? null;
  }

  function options() {
    return { corpus, bytesMax: INPUT_BYTES_MAX };
  }
}

function honestBodies(): unknown[] {
  const broadcast = new TestBroadcast();
  const [part] = broadcast.parts(0, 1);
  const sprite = { firstSlot: 0, tileCount: 25, tileWidthPx: 160, tileHeightPx: 90 };
  return [
    { broadcastId, epoch: 7, parts: [] },
    { broadcastId, epoch: 7, description: broadcast.description, parts: [] },
    { broadcastId, epoch: 7, parts: [part, part] },
    { broadcastId, epoch: 7, parts: [], thumbnails: { newestSlot: 26, sprites: [sprite] } },
    { nodeId: 'node-1' },
    { nodeId: 'node-1', resume: { broadcastId, epoch: 7 } },
    { broadcastId, epoch: 7, expectsSuccessor: true },
    { streamKey: 'key', protocol: 'srt', clientAddress: '::1', nodeId: 'node-1' },
    { grant: 'a.b.c', nodeId: 'node-1' },
    { nodeId: 'node-1', publishers: [{ channelId: 'demo', keyId: 'seed', authorizedAtMs: 1 }] },
    {
      nodeId: 'node-1',
      events: [
        { kind: 'figures', eventId: 'abcdefgh', channelId: 'demo', broadcastId, atMs: 1, fps: 30, bitrateBps: 1e6 },
        { kind: 'broadcast-ended', eventId: 'abcdefgi', channelId: 'demo', broadcastId, atMs: 1, reason: 'left' },
      ],
    },
  ];
}

/** The same value with something in it replaced by what nobody expects there. */
function turned(value: unknown, random: Random): unknown {
  if (random.oneIn(12)) return strange(random);
  if (Array.isArray(value)) return value.map((item: unknown) => turned(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, turned(item, random)]);
  if (random.oneIn(10)) entries.push([random.pick(['__proto__', 'constructor', 'toString', 'more']), strange(random)]);
  return Object.fromEntries(entries);
}

function strange(random: Random): unknown {
  let nested: unknown = null;
  for (let depth = random.below(200); depth > 0; depth -= 1) nested = [nested];
  return random.pick([null, -1, 0, 1.5, 1e300, '', '../../x', 'x'.repeat(300), [], {}, true, nested]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
