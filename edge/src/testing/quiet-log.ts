import { beforeEach, vi } from 'vitest';

/** The Worker runs in the tests' isolate and logs as it should; a test that wants to see a line looks at the mock. */
function quieten(): void {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
}

beforeEach(quieten);
// Alarms of broadcasts that a test left behind ring between tests, too.
quieten();
