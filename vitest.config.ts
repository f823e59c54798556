import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          // By default one core is left idle: of two, that is half. The edge's tests have the same.
          maxWorkers: '100%',
          include: ['{contracts,functions,infra,ingest-node,local}/src/**/*.test.ts', 'ingest-node/fuzz/*.test.ts'],
        },
      },
      './edge/vitest.config.ts',
      './local/vitest.config.ts',
    ],
  },
});
