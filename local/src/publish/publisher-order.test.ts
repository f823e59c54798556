import { expect, it } from 'vitest';
import { type PublisherOrder, parsePublisherOrder, publisherOrderLine } from './publisher-order.ts';

it('reads back each order that it writes', () => {
  const orders: PublisherOrder[] = [
    { order: 'stop' },
    { order: 'jump', ms: -5_000 },
    { order: 'wild', ms: 3_600_000 },
    { order: 'flood', ms: 2_000 },
  ];
  expect(orders.map((order) => parsePublisherOrder(publisherOrderLine(order)))).toEqual(orders);
});

it('takes nothing else for an order', () => {
  const lines = ['', 'start', 'jump', 'jump far', 'jump 1.5', 'jump 999999999999', 'stop 5'];
  expect(lines.filter((line) => parsePublisherOrder(line) !== undefined)).toEqual([]);
});
