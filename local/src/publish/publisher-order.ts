import { z } from 'zod';

/** A day: more than that is told from less by nobody. */
const MS_MAX = 24 * 3_600_000;
const Milliseconds = z.coerce.number().int().min(-MS_MAX).max(MS_MAX);

/**
 * What a publisher can be told while it publishes, as a line on its input. `jump MS`: all its times are so much later
 * from now on (earlier, if negative). `wild MS`: the time of one packet is. `flood MS`: for so long it sends one packet
 * again and again, as fast as the connection takes it.
 */
export const PublisherOrder = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('stop') }),
  z.strictObject({ order: z.literal('jump'), ms: Milliseconds }),
  z.strictObject({ order: z.literal('wild'), ms: Milliseconds }),
  z.strictObject({ order: z.literal('flood'), ms: Milliseconds }),
]);
export type PublisherOrder = z.infer<typeof PublisherOrder>;

/** `undefined`: the line is no order. */
export function parsePublisherOrder(line: string): PublisherOrder | undefined {
  const [order, ms] = line.trim().split(/\s+/);
  return PublisherOrder.safeParse({ order, ...(ms !== undefined && { ms }) }).data;
}

export function publisherOrderLine(order: PublisherOrder): string {
  return order.order === 'stop' ? 'stop' : `${order.order} ${order.ms}`;
}
