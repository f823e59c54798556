import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestCli } from '../cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

const stringsOf = (json: unknown) => z.record(z.string(), z.unknown()).parse(json);

describe('sluice webhooks', () => {
  it('makes an endpoint, tests it, and sends again what could not be told', async () => {
    const url = 'http://127.0.0.1:1/hook';
    const made = stringsOf(await cli.json('webhooks', 'create', url, '--events', 'broadcast.started'));
    const endpointId = String(made.endpointId);
    const list = await cli.done('webhooks', 'list');
    expect(list).toMatch(new RegExp(`^${endpointId}  ${url}  broadcast.started  on`, 'm'));
    expect(list).not.toContain(String(made.secret));
    await cli.done('webhooks', 'test', endpointId);
    await cli.app.control.runner.runDue();
    expect(await cli.done('webhooks', 'deliveries', endpointId, '--state', 'pending')).toMatch(/^webhook\.test .* 1 /m);
    // Given up after a day.
    cli.app.nowMs += 25 * 3_600_000;
    await cli.app.control.runner.runDue();
    const dead = z
      .object({ deliveries: z.array(z.object({ deliveryId: z.string() })) })
      .parse(await cli.json('webhooks', 'deliveries', endpointId));
    await cli.done('webhooks', 'resend', endpointId, dead.deliveries[0]?.deliveryId ?? '');
    expect(await cli.done('webhooks', 'deliveries', endpointId)).toMatch(/^None is dead\./);
    await cli.done('webhooks', 'delete', endpointId, '--yes');
    expect(await cli.done('webhooks', 'list')).toMatch(/^Nobody is told/);
  });
});
