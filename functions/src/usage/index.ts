export * from './broadcast-cost.ts';
export * from './prices.ts';
export * from './request-rates.ts';
export * from './stream-cost.ts';
