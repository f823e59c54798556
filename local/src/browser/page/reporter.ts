import { ReportSender } from '../../../../edge/src/player/report-sender.ts';
import type { Snapshot } from '../../../../edge/src/player/snapshot.ts';
import { ViewerReporter } from '../../../../edge/src/player/viewer-report.ts';

/** Runs in our watch page: reports of what it plays, by what the page says of itself. */

/** ViewerReporter’s; put in when this is bundled. */
declare const SEAT: number;
const READ_EVERY_MS = 100;

const reporter = new ViewerReporter(SEAT);
let sender: ReportSender | undefined;

function read(): void {
  const now = window.sluice?.stats();
  if (now?.broadcastId === undefined || now.broadcastId === null) return;
  const url = new URL(`/live/${now.channelId}/${now.broadcastId}/report`, location.href).href;
  sender ??= new ReportSender({ url, last: () => reporter.flush(performance.now()) });
  if (now.joinedAtMs !== null && now.firstFrameAtMs !== null) reporter.started(now.firstFrameAtMs - now.joinedAtMs);
  reporter.reading(performance.now(), readingOf(now));
  const report = reporter.take(performance.now());
  if (report !== undefined) sender.send(report);
}

function readingOf(now: Snapshot): Parameters<ViewerReporter['reading']>[1] {
  return {
    latencyMs: now.clockUncertaintyMs === null ? undefined : (now.latencyMs ?? undefined),
    isMoving: now.state === 'watching' || now.state === 'waiting',
    stallCount: now.stalls,
    stalledMs: now.stalledMs,
    renditionId: now.rendition ?? undefined,
    bufferMs: now.bufferMs,
    bitrateBps: now.bitrateBps ?? undefined,
    droppedFrames: now.droppedFrames,
    engine: now.engine ?? undefined,
    isLive: now.isLive,
  };
}

setInterval(read, READ_EVERY_MS);
