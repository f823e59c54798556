import { usualStream } from '@sluice/functions/cost';
import { describe, expect, it } from 'vitest';
import {
  awsOnlyCostHour,
  awsStreamCostHour,
  cloudFrontCostMonth,
  cloudFrontUseHour,
  heldRequestsCostM,
  planFor,
} from './aws-edge-cost.ts';

const RATE = { workerPerS: 1.6, playlistPerS: 0.5, reportPerS: 0.1, tracks: 2 };

describe('CloudFront by use', () => {
  it('is free up to a terabyte and ten million requests', () => {
    expect(cloudFrontCostMonth({ gb: 1_000, requestsM: 10 })).toBe(0);
    expect(cloudFrontCostMonth({ gb: 1_001, requestsM: 11 })).toBeCloseTo(0.085 + 1, 9);
  });

  it('costs less a gigabyte from step to step', () => {
    expect(cloudFrontCostMonth({ gb: 11_000, requestsM: 0 })).toBeCloseTo(850, 6);
    expect(cloudFrontCostMonth({ gb: 51_000, requestsM: 0 })).toBeCloseTo(850 + 3_200, 6);
    // The last step has no end.
    expect(cloudFrontCostMonth({ gb: 1e8, requestsM: 0 }) / 1e8).toBeCloseTo(0.02, 2);
  });
});

it('takes the smallest plan in whose allowance all of it is', () => {
  expect(planFor({ gb: 100, requestsM: 1 })?.usd).toBe(0);
  expect(planFor({ gb: 101, requestsM: 1 })?.usd).toBe(15);
  expect(planFor({ gb: 101, requestsM: 10.1 })?.usd).toBe(200);
  expect(planFor({ gb: 50_001, requestsM: 1 })?.usd).toBe(1_450);
  expect(planFor({ gb: 600_001, requestsM: 1 })).toBeUndefined();
});

it('counts what a viewer of 1080p takes in an hour', () => {
  const { gb, requestsM } = cloudFrontUseHour(1_000, RATE);
  expect(gb).toBeCloseTo(2_025, 6);
  expect(requestsM).toBeCloseTo(5.76, 6);
});

it('has no egress to a bucket, and dearer PUTs', () => {
  // $0.158 for the CPUs and an address, and the PUTs of four pictures and a sound.
  expect(awsStreamCostHour(usualStream('low'))).toBeGreaterThan(0.3);
  expect(awsStreamCostHour(usualStream('low'))).toBeLessThan(0.45);
});

it('divides an edge that runs all month among the hours in which somebody streams', () => {
  const cost = (hoursAMonth: number) =>
    awsOnlyCostHour(usualStream('low'), { viewers: 1, rate: RATE, tariff: 'month', hoursAMonth }) ?? Number.NaN;
  expect(cost(10)).toBeGreaterThan(9 * cost(730));
});

it('pays for waiting where it runs in a function', () => {
  const short = heldRequestsCostM(0.1)['CloudFront and Lambda@Edge'] ?? Number.NaN;
  const long = heldRequestsCostM(1.1)['CloudFront and Lambda@Edge'] ?? Number.NaN;
  // 128 MB for a second, a million times.
  expect(long - short).toBeCloseTo(6.25, 2);
});
