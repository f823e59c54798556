import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          // Many wait for media that comes as fast as it is shown: one more than there are cores. The edge's have the same.
          maxWorkers: availableParallelism() + 1,
          // They wait for events, however long those take on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: [
            '{contracts,functions,infra,ingest-node,local}/src/**/*.test.ts',
            'ingest-node/fuzz/*.test.ts',
            'edge/src/**/*.unit.test.ts',
          ],
        },
      },
      './edge/vitest.config.ts',
      './local/vitest.config.ts',
    ],
  },
});
