import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PeerReply } from '../control/scripted-peer.ts';
import { agentError, agentFailure, EcsAgent } from './ecs-agent-fixture.ts';
import { PROTECTION_LIMITS } from './protection-plan.ts';
import { TaskProtector } from './task-protector.ts';

const PROTECT = { ProtectionEnabled: true, ExpiresInMinutes: 180 };
const RELEASE = { ProtectionEnabled: false };
/** Tests do not wait. */
const limits = { ...PROTECTION_LIMITS, lingerMs: 1, retryMs: 1, retryMsMax: 1 };

let agent: EcsAgent;
let logLines: string[];
let protector: TaskProtector;
beforeEach(async () => {
  agent = await EcsAgent.start();
  logLines = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => logLines.push(line) });
  protector = new TaskProtector({ agentUrl: agent.url, logger, limits });
});
afterEach(async () => {
  await protector.close();
  await agent[Symbol.asyncDispose]();
});

describe('the agent of ECS', () => {
  it('is asked as it is documented: to protect the task while there are broadcasts, and then not any more', async () => {
    protector.held(1);
    await agent.untilAsked(1);
    protector.held(0);
    await agent.untilAsked(2);
    expect(agent.asked).toEqual([PROTECT, RELEASE]);
  });

  it('is told at the end that the task may go', async () => {
    protector.held(3);
    await agent.untilAsked(1);
    await protector.close();
    expect([agent.asked, protector.isProtected]).toEqual([[PROTECT, RELEASE], false]);
    protector.held(1);
    expect(agent.asked).toHaveLength(2);
  });

  it('is told so also when the end comes while it is being asked', async () => {
    const held = Promise.withResolvers<PeerReply>();
    agent.replies.push(held.promise);
    protector.held(1);
    const closed = protector.close();
    held.resolve({ status: 200, body: { protection: { ProtectionEnabled: true } } });
    await closed;
    expect(agent.asked).toEqual([PROTECT, RELEASE]);
  });

  it.each([
    ['does not do it', agentFailure('TASK_NOT_VALID'), '200 TASK_NOT_VALID'],
    ['may not, while a deployment has its tasks', agentFailure('DEPLOYMENT_BLOCKED'), '200 DEPLOYMENT_BLOCKED'],
    ['finds no role of the task', agentError(403, 'AccessDeniedException'), '403 AccessDeniedException'],
    ['had no answer of ECS', agentError(504, 'RequestCanceled'), '504 RequestCanceled'],
    ['is throttled', agentError(400, 'ThrottlingException'), '400 ThrottlingException'],
    ['is something else', { status: 200, body: { ok: true } } as const, '200 no answer'],
    ['hangs up', 'cut' as const, 'TypeError'],
  ])('that %s is asked again, and told of once', async (_what, reply, why) => {
    agent.replies.push(reply, reply, reply);
    protector.held(1);
    await agent.untilAsked(4);
    await protector.close();
    expect(agent.asked).toEqual([PROTECT, PROTECT, PROTECT, PROTECT, RELEASE]);
    const [trouble, ...more] = logLines.filter((line) => line.includes('could not be changed'));
    expect([trouble, more]).toEqual([expect.stringContaining(why), []]);
  });

  it('that says nothing holds up no end', async () => {
    agent.replies.push('hang');
    const hasty = new TaskProtector({ agentUrl: agent.url, logger: pino({ level: 'silent' }), limits, lastWordMs: 1 });
    hasty.held(1);
    await hasty.close();
    expect(hasty.isProtected).toBe(false);
  });
});
