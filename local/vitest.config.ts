import { defineConfig } from 'vitest/config';

/** Whole-way tests: real processes, real sockets, a real browser. After all others, for each takes about a core. */
export default defineConfig({
  test: {
    name: 'whole-way',
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
