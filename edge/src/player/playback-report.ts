import { ReportSender } from './report-sender.ts';
import { type ViewerReading, ViewerReporter } from './viewer-report.ts';

type Failure = Parameters<ViewerReporter['failed']>[0];

/** Tells the edge how playing is, of one broadcast after the other (docs/adr/0050-what-players-report.md). */
export class PlaybackReport {
  #present: { readonly url: string; readonly reporter: ViewerReporter; readonly sender: ReportSender } | undefined;

  /** @param url `{channelUrl}/{broadcastId}/report`. The same one again goes on. */
  begin(url: string): void {
    if (this.#present?.url === url) return;
    this.end();
    const reporter = new ViewerReporter(Math.random());
    const sender = new ReportSender({ url, last: () => reporter.flush(performance.now()) });
    this.#present = { url, reporter, sender };
  }

  /** The player as it is now, ten times a second. @param startupMs once the first picture was seen. */
  read(reading: ViewerReading, startupMs: number | undefined): void {
    const { reporter } = this.#present ?? {};
    if (startupMs !== undefined) reporter?.started(startupMs);
    reporter?.reading(performance.now(), reading);
    this.#sendDue();
  }

  /** Playback was given up. */
  failed(failure: Failure): void {
    this.#present?.reporter.failed(failure);
    this.#sendDue();
  }

  /** Nothing is played any more. What there is to say is said. */
  end(): void {
    this.#present?.sender.close();
    this.#present = undefined;
  }

  #sendDue(): void {
    const { reporter, sender } = this.#present ?? {};
    const report = reporter?.take(performance.now());
    if (report !== undefined) sender?.send(report);
  }
}
