import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestCli } from '../cli-fixture.ts';
import { timeText } from '../text/quantities.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

describe('sluice audit', () => {
  it('says who changed what', async () => {
    await cli.done('channels', 'create', 'studio', '--private');
    await cli.done('channels', 'set', 'studio', '--no-private');
    const now = timeText(cli.app.nowMs);
    // Both are of the same millisecond, so either may be the first.
    const [titles, ...lines] = (await cli.done('audit')).trimEnd().split('\n');
    expect([titles, ...lines.sort()]).toEqual([
      'WHEN                 WHO       WHAT                    FIELDS               ANSWER',
      `${now}  operator  PATCH /channels/studio  isPrivate               200`,
      `${now}  operator  POST /channels          channelId isPrivate     201`,
    ]);
  });
});
