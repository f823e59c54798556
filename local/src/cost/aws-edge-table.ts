import { streamCostHour, totalOf, usualSpread, usualStream, viewersCostHour } from '@sluice/functions/cost';
import { awsOnlyCostHour, type CloudFrontTariff, heldRequestsCostM } from './aws-edge-cost.ts';
import { DEPLOYMENT_PRICES } from './aws-prices.ts';
import { type CostTable, dollars, viewersWords } from './cost-table.ts';
import { type RecordedSession, requestRateOf } from './request-rates.ts';

const AUDIENCES = [1, 1_000, 100_000] as const;

const TARIFFS: Readonly<Record<CloudFrontTariff, string>> = {
  'first step': 'workerd, S3, CloudFront by use at its first step',
  month: 'workerd, S3, CloudFront by use with steps and what is free',
  plan: 'workerd, S3, CloudFront by the smallest plan that is large enough',
};

/**
 * Dollars an hour of an edge in AWS alone beside that on Cloudflare (docs/adr/0046). `hoursAMonth`: so many hours like it
 * are in a month, among which what is paid by the month is divided.
 */
export function awsEdgeTable(session: RecordedSession, hoursAMonth: number): CostTable {
  const rate = requestRateOf(session);
  const shape = usualStream(session.profile);
  const onCloudflare = (viewers: number) =>
    totalOf(streamCostHour(shape)) +
    totalOf(viewersCostHour(shape, rate, usualSpread(viewers))) +
    DEPLOYMENT_PRICES.workersPaid.usd / hoursAMonth;
  const inAws = (tariff: CloudFrontTariff) => (viewers: number) =>
    awsOnlyCostHour(shape, { viewers, rate, tariff, hoursAMonth });
  const row = (name: string, costHour: (viewers: number) => number | undefined) => [
    name,
    ...AUDIENCES.map((viewers) => costHour(viewers)).map((cost) => (cost === undefined ? 'none is' : dollars(cost))),
  ];
  return {
    heading: [`an hour, ${hoursAMonth} such a month`, ...AUDIENCES.map(viewersWords)],
    rows: [
      row('Worker, Durable Objects, R2', onCloudflare),
      ...Object.entries(TARIFFS).flatMap(([tariff, name]) => (isTariff(tariff) ? [row(name, inAws(tariff))] : [])),
    ],
  };
}

/** A part of the profile `low` is waited for so long on average: half of it. */
const HELD_S = 0.27;

/** What a million held requests cost. */
export function heldRequestsTable(): CostTable {
  return {
    heading: [`a million requests held ${HELD_S} s`, 'dollars'],
    rows: Object.entries(heldRequestsCostM(HELD_S)).map(([name, cost]) => [name, dollars(cost)]),
  };
}

function isTariff(word: string): word is CloudFrontTariff {
  return word in TARIFFS;
}
