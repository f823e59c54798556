import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type PublishOptionsInput, publishArguments, STREAM_KEY_VARIABLE } from './publish-options.ts';
import { type PublisherOrder, publisherOrderLine } from './publisher-order.ts';
import { type PublisherEndReason, type PublisherReport, parsePublisherReport } from './publisher-report.ts';

/** How a publisher's process ended: in its own words, or `killed` where it had none. */
export interface PublisherEnd {
  readonly reason: PublisherEndReason | 'killed';
  /** The server's own words where it had any. */
  readonly sentence: string;
  readonly framesSent: number;
  /** From opening the connection to the end; absent when it did not come so far. */
  readonly tookMs?: number;
}

/** The server said yes, in wall time. */
export interface LetIn {
  /** When the connection was opened. */
  readonly connectingAtMs: number;
  readonly publishingAtMs: number;
}

/** A publisher that was cut off, and let in anew. */
export interface CameBack extends LetIn {
  readonly lostAtMs: number;
}

/** A publisher in a process of its own. It ends when this process does, however that ends. */
export interface PublisherProcess {
  readonly pid: number;
  /** Resolves once the server has said yes; `undefined` when it ended without. */
  readonly publishing: Promise<LetIn | undefined>;
  readonly ended: Promise<PublisherEnd>;
  /** Resolves the next time that it is let in anew (`reconnectAfterMs`); `undefined` when it ended without. */
  comesBack(): Promise<CameBack | undefined>;
  /** Makes it misbehave, from its next frame on. */
  order(order: PublisherOrder): void;
  /** Stops as a streamer does (FCUnpublish), and by force when that takes too long. */
  stop(): Promise<PublisherEnd>;
  /** Drops the connection without a word, as a lost network does. */
  kill(): Promise<PublisherEnd>;
}

/** A stopping publisher only has to send what is encoded; a server that no longer reads must not hold it. */
const STOP_MS_MAX = 5_000;

/** Starts the clock publisher; see `publishing` for whether it was let in. */
export function startPublisher(options: PublishOptionsInput, streamKey: string): PublisherProcess {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...publishArguments(options)], {
    env: { PATH: process.env.PATH ?? '', [STREAM_KEY_VARIABLE]: streamKey },
    // The open input is the leash: it closes when this process ends, and the publisher ends with it.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { publishing, ended, comesBack } = followReports(child);
  child.stdin?.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    publishing,
    ended,
    comesBack,
    order: (order) => void child.stdin?.write(`${publisherOrderLine(order)}\n`),
    stop: async () => {
      child.stdin?.end(`${publisherOrderLine({ order: 'stop' })}\n`);
      const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      const end = await ended;
      clearTimeout(killTimer);
      return end;
    },
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

function followReports(child: ChildProcess): Pick<PublisherProcess, 'publishing' | 'ended' | 'comesBack'> {
  const reports: Reports = {};
  const accepted = Promise.withResolvers<LetIn | undefined>();
  const ended = Promise.withResolvers<PublisherEnd>();
  let back = Promise.withResolvers<CameBack | undefined>();
  const lines = child.stdout && createInterface({ input: child.stdout });
  lines?.on('line', (line) => {
    const report = parsePublisherReport(line);
    if (report?.event === 'connecting') reports.connecting = report;
    // Of several failures in a row the first one is when it was lost.
    if (report?.event === 'lost') reports.lost ??= report;
    if (report?.event === 'ended') reports.ended = report;
    if (report?.event !== 'publishing') return;
    const letIn = { connectingAtMs: reports.connecting?.atMs ?? report.atMs, publishingAtMs: report.atMs };
    accepted.resolve(letIn);
    if (reports.lost === undefined) return;
    back.resolve({ ...letIn, lostAtMs: reports.lost.atMs });
    back = Promise.withResolvers();
    delete reports.lost;
  });
  const end = (how: PublisherEnd) => {
    accepted.resolve(undefined);
    back.resolve(undefined);
    ended.resolve(how);
  };
  // `close` and not `exit`: the last report may still be in the pipe.
  child.on('close', (code, signal) => {
    end(endOf(reports) ?? { reason: 'killed', sentence: `Ended with ${signal ?? code}.`, framesSent: 0 });
  });
  child.on('error', (error) => end({ reason: 'failed', sentence: error.message, framesSent: 0 }));
  return { publishing: accepted.promise, ended: ended.promise, comesBack: () => back.promise };
}

type Reports = Partial<{ [E in PublisherReport['event']]: Extract<PublisherReport, { event: E }> }>;

function endOf({ connecting, ended }: Reports): PublisherEnd | undefined {
  if (ended === undefined) return undefined;
  const { reason, sentence, framesSent } = ended;
  return { reason, sentence, framesSent, ...(connecting && { tookMs: ended.atMs - connecting.atMs }) };
}
