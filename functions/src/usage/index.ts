export * from './prices.ts';
export * from './stream-cost.ts';
