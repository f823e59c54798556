import { Collapse, type RequestLife } from '../collapse/collapse.ts';

/**
 * A Worker of its own for the tests of collapsing: each request to it is a request of the platform's, as they are in
 * production. `/ask/{key}?work=…` collapses; `/open/{key}` lets work that waits go on; `/count/{key}` tells what was
 * asked and worked so far.
 */

/** Told apart by how they end. `dies` leaves its request without a word, as the platform ends one. */
const WORKS = ['waits', 'throws', 'hangs', 'dies'] as const;
type Work = (typeof WORKS)[number];

/** Patient, unless something else is asked for: a busy machine must not make takeovers where none are meant. */
function lab({ takeoverMs, giveUpMs }: { readonly takeoverMs: number; readonly giveUpMs: number }): Collapse<string> {
  const keepMs = (text: string) => (text.includes('kept') ? 60_000 : 0);
  const recent = { bytesMax: 10_000, sizeBytes: (text: string) => text.length, keepMs };
  return new Collapse({ takeoverMs, giveUpMs, keysMax: 50, waitingMax: 1_000, refuse: (why) => why, recent });
}
const patient = lab({ takeoverMs: 60_000, giveUpMs: 120_000 });
const hurried = lab({ takeoverMs: 200, giveUpMs: 120_000 });
const resigned = lab({ takeoverMs: 200, giveUpMs: 300 });
const gates = new Map<string, { readonly opened: Promise<void>; open(): void }>();
const counts = new Map<string, { asked: number; worked: number }>();

export default {
  async fetch(request: Request, _env: unknown, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, what, key = ''] = pathname.split('/');
    if (what === 'open') gateOf(key).open();
    if (what !== 'ask') return Response.json(countOf(key));
    countOf(key).asked += 1;
    const collapse = searchParams.has('resign') ? resigned : searchParams.has('hurry') ? hurried : patient;
    const work = WORKS.find((known) => known === searchParams.get('work')) ?? 'waits';
    const who = searchParams.get('who') ?? 'nobody';
    if (work === 'dies') {
      const life: RequestLife = { waitUntil: () => undefined };
      void collapse.run(key, life, () => workOf(key, work, who));
      return new Response('dead');
    }
    try {
      return new Response(await collapse.run(key, context, () => workOf(key, work, who)));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
} satisfies ExportedHandler;

async function workOf(key: string, work: Work, who: string): Promise<string> {
  countOf(key).worked += 1;
  // Something of this request's own, which nobody else could touch: real work always has that.
  await scheduler.wait(1);
  if (work === 'hangs') await new Promise(() => undefined);
  await gateOf(key).opened;
  if (work === 'throws') throw new Error(`thrown for ${who}`);
  return `${key} by ${who}`;
}

function gateOf(key: string) {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const gate = gates.get(key) ?? { opened, open };
  gates.set(key, gate);
  return gate;
}

function countOf(key: string) {
  const count = counts.get(key) ?? { asked: 0, worked: 0 };
  counts.set(key, count);
  return count;
}
