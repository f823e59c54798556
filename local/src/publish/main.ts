import { createInterface } from 'node:readline';
import { publishClock } from './clock-publisher.ts';
import { FfmpegWords } from './ffmpeg-words.ts';
import { PUBLISH_USAGE, type PublishOptions, parsePublishArguments, STREAM_KEY_VARIABLE } from './publish-options.ts';
import type { PublisherEndReason, PublisherReport } from './publisher-report.ts';

/** Publishes the clock picture in a process of its own; reports in lines of JSON (publisher-report.ts). */
async function main(options: PublishOptions, streamKey: string): Promise<PublisherEndReason> {
  const words = new FfmpegWords(streamKey);
  const progress = { isPublishing: false, framesSent: 0 };
  report({ event: 'connecting', atMs: Date.now() });
  const ended = (reason: PublisherEndReason, sentence: string) => {
    report({ event: 'ended', atMs: Date.now(), reason, sentence, framesSent: progress.framesSent });
    return reason;
  };
  try {
    await publishClock({
      options,
      streamKey,
      stop: stopSignal(),
      onPublishing: () => {
        progress.isPublishing = true;
        report({ event: 'publishing', atMs: Date.now() });
      },
      onFrame: () => {
        progress.framesSent += 1;
      },
    });
    return ended('stopped', 'Stopped.');
  } catch (error) {
    const { sentence, isServers } = await words.lastSentence(error instanceof Error ? error.message : 'unknown error');
    if (!isServers) return ended('failed', sentence);
    return ended(progress.isPublishing ? 'cut' : 'refused', sentence);
  }
}

/** Ctrl-C, SIGTERM, a line `stop`, or the end of the input: so that it ends with the process that started it. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line === 'stop') stop.abort();
  });
  lines.on('close', abort);
  return stop.signal;
}

function report(line: PublisherReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function readArguments(): PublishOptions {
  try {
    return parsePublishArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unknown option'}\n\n${PUBLISH_USAGE}\n`);
    process.exit(2);
  }
}

// A parent that is gone cannot read; the closed input already ends this process.
process.stdout.on('error', () => undefined);
const streamKey = process.env[STREAM_KEY_VARIABLE] ?? '';
delete process.env[STREAM_KEY_VARIABLE];
const reason = await main(readArguments(), streamKey);
process.exit(reason === 'stopped' ? 0 : 1);
