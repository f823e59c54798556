import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { markdownTable } from './cost-table.ts';
import { DEPLOYMENT_ITEMS, DEPLOYMENT_SHAPES, type DeploymentShape, deploymentCostMonth } from './deployment-cost.ts';
import { DEPLOYMENT_COUNTS } from './deployment-counts.ts';
import { deploymentPricesTable, deploymentTable } from './deployment-table.ts';

const ONE: DeploymentShape = { name: 'one', regions: 1, nodesMin: 1, storage: 'r2', isMediaLiveOn: false };

function cost(shape: Partial<DeploymentShape>, counts = DEPLOYMENT_COUNTS): number {
  return deploymentCostMonth({ ...ONE, ...shape }, counts);
}

describe('what a deployment costs before anybody streams', () => {
  it('is what its parts cost, by hand', () => {
    const balancer = 730 * (0.0225 + 2 * 0.005);
    const node = 730 * (4 * 0.03238 + 8 * 0.00356 + 0.005);
    const others = 5 * 0.4 + 2 * 0.5 + 3 + 22 * 0.1 + 10 * 0.3 + 0.1 * 0.5 + 0.5 * 0.1 + 5;
    expect(cost({})).toBeCloseTo(balancer + node + others, 9);
  });

  it('without a node that always runs is that without nodes', () => {
    const node = 730 * (4 * 0.03238 + 8 * 0.00356 + 0.005) + 0.1 * 0.5;
    expect(cost({}) - cost({ nodesMin: 0 })).toBeCloseTo(node, 9);
  });

  it('grows with each region by a balancer, a node, a secret, an image, its metrics and alarms', () => {
    const further =
      730 * (0.0225 + 2 * 0.005) + 730 * (4 * 0.03238 + 8 * 0.00356 + 0.005) + 0.05 + 0.4 + 0.05 + 15 * 0.1 + 10 * 0.3;
    expect(cost({ regions: 3 }) - cost({ regions: 2 })).toBeCloseTo(further, 9);
    expect(cost({ regions: 2 }) - cost({})).toBeCloseTo(further, 9);
  });

  it('does not depend on the bucket', () => expect(cost({ storage: 's3' })).toBe(cost({})));

  it('has a small node and a balancer more with MediaLive, which itself is paid for while a channel runs', () => {
    const node = 730 * (2 * 0.03238 + 4 * 0.00356 + 0.005) + 0.1 * 0.5;
    expect(cost({ isMediaLiveOn: true }) - cost({})).toBeCloseTo(
      730 * (0.0225 + 2 * 0.005) + node + 10 * 0.3 + 2 * 0.1,
      9,
    );
  });

  it('follows the counts', () => {
    expect(cost({}, { ...DEPLOYMENT_COUNTS, alarmedMetrics: 23 }) - cost({})).toBeCloseTo(0.1, 9);
    expect(cost({}, { ...DEPLOYMENT_COUNTS, loadBalancerZones: 3 }) - cost({})).toBeCloseTo(3.65, 9);
  });

  it('says of each price where it is from', () => {
    for (const { price } of DEPLOYMENT_ITEMS) expect(price.source).toMatch(/^(AWS|Cloudflare), .+ pricing$/);
    expect(new Set(DEPLOYMENT_SHAPES.map(({ name }) => name)).size).toBe(DEPLOYMENT_SHAPES.length);
  });
});

describe('docs/COST.md', () => {
  const doc = readFileSync(new URL('../../../docs/COST.md', import.meta.url), 'utf8');

  it.each([
    ['what a deployment costs', deploymentTable(DEPLOYMENT_COUNTS)],
    ['its prices', deploymentPricesTable()],
  ])('has the table of %s as the command prints it', (_, table) => {
    expect(doc).toContain(markdownTable(table));
  });
});
