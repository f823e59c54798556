import {
  type RequestRate,
  streamCostHour,
  totalOf,
  usualSpread,
  usualStream,
  viewersCostHour,
} from '@sluice/functions/cost';
import { awsEdgeTable, heldRequestsTable } from '../src/cost/aws-edge-table.ts';
import { type CostTable, viewersWords } from '../src/cost/cost-table.ts';
import { DEPLOYMENT_COUNTS } from '../src/cost/deployment-counts.ts';
import { deploymentPricesTable, deploymentTable } from '../src/cost/deployment-table.ts';
import { HOSTED_SERVICES } from '../src/cost/hosted-services.ts';
import { type RecordedSession, readRecordedSessions, requestRateOf } from '../src/cost/request-rates.ts';
import { printLine, printTable } from './table.ts';

const AUDIENCES = [1, 1_000, 100_000] as const;

/** `cost`: dollars an hour, out of requests that real players were seen to make, beside what hosted services ask. */
export async function run(): Promise<number> {
  const { recordedAt, sessions } = await readRecordedSessions();
  if (sessions.length === 0) {
    printLine('No session has been recorded: npm run bench -- latency --page all --profile low --record');
    return 1;
  }
  printLine(
    `Dollars an hour of a 1080p30 stream in four steps; requests as recorded on ${recordedAt}; at most, by docs/COST.md.`,
  );
  const rows = sessions.flatMap((session) => [
    row(session, 'all by the Worker', requestRateOf(session)),
    ...(readsFromBucket(session) ? [row(session, 'media on the bucket’s own domain', ratesWithoutMedia(session))] : []),
  ]);
  printTable(
    ['profile', 'player', 'media', 'requests/s', ...AUDIENCES.map(viewersWords), '1,000 viewer-hours more'],
    rows,
  );
  printTable(
    ['hosted service', ...AUDIENCES.map(viewersWords), '1,000 viewer-hours more', ''],
    HOSTED_SERVICES.map(({ name, costHour, note }) => [
      name,
      ...AUDIENCES.map((viewers) => dollars(costHour(viewers))),
      dollars(costHour(2_000) - costHour(1_000)),
      note,
    ]),
  );
  for (const profile of new Set(sessions.map((session) => session.profile))) {
    const parts = Object.entries(streamCostHour(usualStream(profile))).filter(([, cost]) => cost > 0);
    printLine(`  ${profile}, the stream alone: ${parts.map(([name, cost]) => `${name} ${dollars(cost)}`).join(', ')}`);
  }
  reportDeployment();
  const ours = sessions.find(({ player, profile }) => player === 'watch' && profile === 'low');
  if (ours !== undefined) reportAwsEdge(ours);
  return 0;
}

function reportDeployment(): void {
  printLine('\nBefore you press enter: dollars a month of a deployment in which nobody streams.');
  print(deploymentTable(DEPLOYMENT_COUNTS));
  print(deploymentPricesTable());
}

function reportAwsEdge(session: RecordedSession): void {
  printLine('\nAn edge in AWS alone (docs/adr/0046): dollars an hour, our page, profile low.');
  // Some hours on most days, and all month long.
  for (const hoursAMonth of [100, 730]) print(awsEdgeTable(session, hoursAMonth));
  print(heldRequestsTable());
}

function print({ heading, rows }: CostTable): void {
  printTable(heading, rows);
}

function row(session: RecordedSession, media: string, rate: RequestRate): string[] {
  const shape = usualStream(session.profile);
  const fixed = totalOf(streamCostHour(shape));
  // Within a crowd another viewer is nowhere new: only requests and their CPU are more.
  const { edgeRequests } = viewersCostHour(shape, rate, usualSpread(1_000));
  const cost = (viewers: number) => fixed + totalOf(viewersCostHour(shape, rate, usualSpread(viewers)));
  return [
    session.profile,
    session.player,
    media,
    rate.workerPerS.toFixed(2),
    ...AUDIENCES.map((viewers) => dollars(cost(viewers))),
    dollars(edgeRequests),
  ];
}

/** MPDs and muxed playlists never point there (docs/adr/0027). */
function readsFromBucket({ player }: RecordedSession): boolean {
  return ['watch-hls', 'hls', 'shaka'].includes(player);
}

/** Hits there cost nothing, and the Worker does not see them (MEDIA_BASE_URL). */
function ratesWithoutMedia(session: RecordedSession): RequestRate {
  return { ...requestRateOf(session), workerPerS: session.playlistPerS + session.reportPerS };
}

function dollars(value: number): string {
  return value < 100 ? `$${value.toFixed(2)}` : `$${Math.round(value).toLocaleString('en-US')}`;
}
