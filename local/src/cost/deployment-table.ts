import { type CostTable, dollars } from './cost-table.ts';
import { DEPLOYMENT_ITEMS, DEPLOYMENT_SHAPES, deploymentCostMonth, itemCostMonth } from './deployment-cost.ts';
import type { DeploymentCounts } from './deployment-counts.ts';
import { MEDIALIVE_HOUR } from './hosted-services.ts';

/** What deployments cost a month before anybody streams, item by item (docs/COST.md). */
export function deploymentTable(counts: DeploymentCounts): CostTable {
  return {
    heading: ['a month', ...DEPLOYMENT_SHAPES.map(({ name }) => name)],
    rows: [
      ...DEPLOYMENT_ITEMS.map((item) => [
        item.name,
        ...DEPLOYMENT_SHAPES.map((shape) => dollars(itemCostMonth(item, shape, counts))),
      ]),
      ['all of it', ...DEPLOYMENT_SHAPES.map((shape) => dollars(deploymentCostMonth(shape, counts)))],
      [
        'and an hour of a MediaLive channel',
        ...DEPLOYMENT_SHAPES.map(({ isMediaLiveOn }) => (isMediaLiveOn ? dollars(MEDIALIVE_HOUR) : '-')),
      ],
    ],
  };
}

/** The prices of its items, each with its source. */
export function deploymentPricesTable(): CostTable {
  return {
    heading: ['what', 'price', 'a', 'where it is said'],
    rows: DEPLOYMENT_ITEMS.map(({ name, price: { usd, per, source } }) => [name, `$${usd}`, per, source]),
  };
}
