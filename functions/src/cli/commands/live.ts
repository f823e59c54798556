import { z } from 'zod';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import type { ControlClient } from '../../client.ts';
import { type Answer, type CommandContext, command } from '../command.ts';
import { Failure } from '../failure.ts';
import type { CommandGroup } from '../help.ts';
import { flag, Limit } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { isOfNetwork, refused, unreachable } from '../refused.ts';
import { type Page, pageOf } from '../text/page.ts';
import { agoText, bitrateText, durationText, groupedText } from '../text/quantities.ts';
import { type Cell, table } from '../text/table.ts';
import { harmless, wrapped } from '../text/text-width.ts';
import type { CliWorld } from '../world.ts';

/** As often as a node tells anything new, and no load for the API. */
const REDRAW_MS = 2_000;
/** Figures come every ten seconds; older than this, nobody tells any. */
const HEALTH_AGE_MS_MAX = 30_000;
/** Below it the node has no room for a picture that is harder to encode. */
const ENCODE_SPEED_MIN = 1.2;
const INDENT = '  ';
/** `60 fps, 6.2 Mbit/s`. With it a row fits in 80 columns. */
const SOURCE_COLUMNS_MIN = 18;
/** ECMA-48: cursor home, erase to the end of the line, erase below. */
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const BELOW = '\u001b[J';
/**
 * The alternate screen, so that what was on the terminal is there again afterwards; no cursor, and lines that are too long
 * are cut (DEC private modes 1049, 25 and 7): one that went on in the next line would scroll the first ones away.
 */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

const live = command({
  name: 'live',
  summary: 'who is live, how the source is, and what is wrong with it',
  examples: ['sluice live --watch', 'sluice live --json'],
  parameters: z.object({}),
  options: z.object({ watch: flag('draw it again every 2 seconds, until Ctrl-C'), limit: Limit }),
  async run(context, _, { watch, limit }) {
    const client = await context.connect();
    return watch ? await watched(context, client, limit) : await seen(client, limit);
  },
});

export const LIVE: CommandGroup = { name: 'live', summary: live.summary, commands: [live] };

async function seen(client: ControlClient, limit: number): Promise<Answer> {
  const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
    const answer = await client.broadcasts.$get({ query: { limit, ...(from !== undefined && { after: from }) } });
    if (answer.status !== 200) throw await refused(answer);
    const { broadcasts, next } = await answer.json();
    return { rows: broadcasts, next };
  });
  return { json: { broadcasts: rows, hasMore }, text: (page) => liveText(rows, page) + moreText(hasMore, limit) };
}

/** What was last seen, and why nothing newer is. */
interface View {
  readonly seen: Answer;
  readonly fault?: Failure;
}

/** Draws until the person has had enough; the last state stays on the terminal. */
async function watched({ world, url, isJson }: CommandContext, client: ControlClient, limit: number): Promise<Answer> {
  const { stdout, env, nowMs, wait } = world;
  let view: View = { seen: await seen(client, limit) };
  const isScreen = stdout.isTty && !isJson;
  const stop = world.interrupts();
  if (isScreen) stdout.write(ENTER);
  try {
    while (!stop.aborted) {
      const page = pageOf(stdout, env, nowMs());
      if (isJson) writeLine(world, view);
      else stdout.write(isScreen ? screenful(viewText(view, page), page, stdout.rows) : `${viewText(view, page)}\n`);
      await wait(REDRAW_MS, stop);
      view = await nextView(view, () => seen(client, limit), { url, stop });
    }
  } finally {
    if (isScreen) stdout.write(LEAVE);
  }
  return { json: undefined, text: (page) => (isScreen ? viewText(view, page) : '') };
}

/** For programs: what was seen just now, or why nothing was. What is old would be taken for new. */
function writeLine({ stdout, stderr }: CliWorld, { seen: answer, fault }: View): void {
  if (fault === undefined) stdout.write(`${JSON.stringify(answer.json)}\n`);
  else stderr.write(`${JSON.stringify({ code: fault.code, message: fault.message })}\n`);
}

/** What is to be seen now. Whoever has had enough does not wait for an answer. */
async function nextView(
  last: View,
  look: () => Promise<Answer>,
  { url, stop }: { readonly url: string; readonly stop: AbortSignal },
): Promise<View> {
  if (stop.aborted) return last;
  const stopped = Promise.withResolvers<View>();
  const giveUp = () => stopped.resolve(last);
  stop.addEventListener('abort', giveUp, { once: true });
  const looked = look().then(
    (answer): View => ({ seen: answer }),
    (error: unknown): View => ({ seen: last.seen, fault: passingFault(url, error) }),
  );
  try {
    return await Promise.race([looked, stopped.promise]);
  } finally {
    stop.removeEventListener('abort', giveUp);
  }
}

/** An API that is away comes back. Throws what does not pass: a token that is none stays none. */
function passingFault(url: string, error: unknown): Failure {
  if (isOfNetwork(error)) return unreachable(url, error);
  if (!(error instanceof Failure) || error.code === 'token-invalid') throw error;
  return error;
}

function viewText({ seen: answer, fault }: View, page: Page): string {
  const head = fault === undefined ? '' : `${page.paint(fault.message, 'bad')} This is how it was.\n\n`;
  return head + answer.text(page);
}

/** At most as many lines as the terminal has: more would scroll. */
function screenful(text: string, page: Page, rows = Number.POSITIVE_INFINITY): string {
  const head = page.paint(`${new Date(page.nowMs).toTimeString().slice(0, 8)}   Ctrl-C ends this.`, 'dim');
  const lines = `${head}\n\n${text}`.trimEnd().split('\n');
  const shown = lines.length <= rows ? lines : [...lines.slice(0, rows - 1), page.paint('…', 'dim')];
  // Before each line, and not behind it: where one is as wide as the terminal, its last character would go.
  return `${HOME}${shown.map((line) => `${END_OF_LINE}${line}`).join('\n')}${BELOW}`;
}

function liveText(broadcasts: readonly Broadcast[], page: Page): string {
  if (broadcasts.length === 0) return 'Nobody is live.\n';
  const rows = broadcasts.map((each): Cell[] => [
    { text: each.channelId, tone: 'strong' },
    durationText(page.nowMs - each.startedAtMs),
    groupedText(each.viewers),
    stateOf(each, page.nowMs),
    { text: renditionsOf(each), tone: 'plain' },
    warningsOf(each),
  ]);
  const columns = [
    { title: 'CHANNEL', columnsMin: 8 },
    { title: 'LIVE FOR' },
    { title: 'VIEWERS', align: 'right' as const },
    { title: 'SOURCE', columnsMin: SOURCE_COLUMNS_MIN },
    { title: 'RENDITIONS', columnsMin: 10 },
    { title: 'WARNINGS', align: 'right' as const },
  ];
  return table(columns, rows, page) + sentencesOf(broadcasts, page);
}

/** How the source is: away, or its pictures and bits. */
function stateOf({ absentSinceMs, health }: Broadcast, nowMs: number): Cell {
  if (absentSinceMs !== null) return { text: `away ${durationText(nowMs - absentSinceMs)}`, tone: 'bad' };
  if (health === null) return { text: 'no figures yet', tone: 'dim' };
  const figures = [`${Number(health.fps.toFixed(1))} fps`, bitrateText(health.bitrateBps)];
  // What is wrong comes first: where the terminal is narrow the end is cut.
  if (health.lossRatio !== undefined && health.lossRatio >= 0.001) {
    figures.unshift(`loses ${(100 * health.lossRatio).toFixed(1)} %`);
  }
  if (health.encodeSpeed !== undefined && health.encodeSpeed < ENCODE_SPEED_MIN) {
    figures.unshift(`encoded at ${health.encodeSpeed.toFixed(1)}x`);
  }
  const isOld = nowMs - health.atMs > HEALTH_AGE_MS_MAX;
  return { text: figures.join(', '), tone: isOld ? 'dim' : 'good' };
}

function renditionsOf({ renditions }: Broadcast): string {
  return renditions.map(({ renditionId }) => renditionId).join(' ');
}

function warningsOf({ warnings }: Broadcast): Cell {
  if (warnings.length === 0) return { text: 'none', tone: 'dim' };
  return { text: String(warnings.length), tone: 'warn' };
}

/** Below the table there is room for what to do: what was seen last comes first. */
function sentencesOf(broadcasts: readonly Broadcast[], page: Page): string {
  const columns = (page.columns ?? Number.POSITIVE_INFINITY) - INDENT.length;
  return broadcasts
    .flatMap(({ channelId, warnings }) => newestFirst(warnings).map((warning) => ({ channelId, ...warning })))
    .map(({ channelId, code, count, lastAtMs, sentence }) => {
      const times = count > 1 ? `, ${groupedText(count)} times` : '';
      const head = `${harmless(code)} on ${channelId}${times}, ${count > 1 ? 'last ' : ''}${agoText(lastAtMs, page.nowMs)}`;
      const lines = wrapped(harmless(sentence), columns).map((line) => `${INDENT}${line}\n`);
      return `\n${page.paint(head, 'warn')}\n${lines.join('')}`;
    })
    .join('');
}

function newestFirst(warnings: Broadcast['warnings']): Broadcast['warnings'] {
  return [...warnings].sort((one, other) => other.lastAtMs - one.lastAtMs);
}
