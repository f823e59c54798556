import { describe, expect, it } from 'vitest';
import type { PublishAnswer, PublishEnd, PublisherHandle, PublishRefusal, PublishSink } from './publisher.ts';
import { PublisherLink } from './publisher-link.ts';

const LEFT: PublishEnd = { reason: 'peer-left', detail: 'FIN' };
const NO: PublishRefusal = { code: 'unknown-stream-key', sentence: 'Not known.' };

/** A link, what came of it, and the handler's answer in the test's hand. */
function open(sink: Partial<PublishSink> = {}) {
  const told: string[] = [];
  const answer = Promise.withResolvers<PublishAnswer>();
  let handle: PublisherHandle | undefined;
  const link = new PublisherLink({
    attempt: { protocol: 'rtmp', streamKey: 'key', clientAddress: '127.0.0.1', clientPort: 1 },
    onPublish: (_attempt, given) => {
      handle = given;
      return answer.promise;
    },
    onGranted: () => told.push('granted'),
    onRefused: ({ code }) => told.push(`refused ${code}`),
    onPaused: (isPaused) => told.push(`paused ${isPaused}`),
    onFault: () => told.push('fault'),
  });
  const asked = link.ask();
  const yes: PublishAnswer = {
    ok: true,
    sink: {
      onEvent: () => told.push('event'),
      onWarning: (sentence) => told.push(sentence),
      onEnd: ({ reason }) => told.push(`end ${reason}`),
      ...sink,
    },
  };
  const settle = async (given: PublishAnswer) => {
    answer.resolve(given);
    await asked;
  };
  if (handle === undefined) throw new Error('the handler was not asked');
  return { link, told, handle, yes, settle, fail: answer.reject, asked };
}

const EVENT = { kind: 'metadata' } as const;

describe('after a yes', () => {
  it('hands on what comes, until the end, which comes once', async () => {
    const { link, told, yes, settle } = open();
    expect(link.isLive).toBe(false);
    await settle(yes);
    expect(link.isLive).toBe(true);
    link.deliver(EVENT);
    link.warn('Slow.');
    link.warn('Slow.');
    link.end(LEFT);
    link.end(LEFT);
    link.deliver(EVENT);
    link.warn('Late.');
    expect(told).toEqual(['granted', 'event', 'Slow.', 'end peer-left']);
    expect(link.isLive).toBe(false);
  });

  it('has so many warnings, and no more, for a publisher who always finds new ones', async () => {
    const { link, told, yes, settle } = open();
    await settle(yes);
    for (let number = 0; number < 1_000; number += 1) link.warn(`Box ${number} is wrong.`);
    expect(told.slice(1)).toHaveLength(64);
    expect(told.at(-1)).toBe('Box 63 is wrong.');
  });

  it('that is too late, tells the end and nothing else', async () => {
    const { link, told, yes, settle } = open();
    link.end(LEFT);
    await settle(yes);
    expect(told).toEqual(['end peer-left']);
  });

  it('does without a sink for warnings', async () => {
    const { onWarning: _, ...sink } = { onWarning: undefined, onEvent: () => undefined, onEnd: () => undefined };
    const { link, told, settle } = open();
    await settle({ ok: true, sink });
    link.warn('Nobody hears it.');
    expect(told).toEqual(['granted']);
  });

  it('tells of bytes that are no event yet', async () => {
    const told: string[] = [];
    const { link, yes, settle } = open({ onHeard: () => told.push('heard') });
    link.heard();
    await settle(yes);
    link.heard();
    expect(told).toEqual(['heard']);
  });
});

describe('after a no', () => {
  it('sends the publisher away', async () => {
    const { told, settle } = open();
    await settle({ ok: false, refusal: NO });
    expect(told).toEqual(['refused unknown-stream-key']);
  });

  it('does nothing for one who has left', async () => {
    const { link, told, settle } = open();
    link.end(LEFT);
    await settle({ ok: false, refusal: NO });
    expect(told).toEqual([]);
  });

  it('that is a failure, refuses as a fault of ours', async () => {
    const { told, fail, asked } = open();
    fail(new Error('no network'));
    await asked;
    expect(told).toEqual(['fault', 'refused internal-error']);
  });

  it('that is a failure for one who has left, is only a fault', async () => {
    const { link, told, fail, asked } = open();
    link.end(LEFT);
    fail(new Error('no network'));
    await asked;
    expect(told).toEqual(['fault']);
  });
});

it('tells by the handle that the publisher is gone, also before the answer', () => {
  const { link, handle } = open();
  expect(handle.isGone).toBe(false);
  link.end({ reason: 'peer-left', detail: '' });
  expect(handle.isGone).toBe(true);
});

it('lets the handle work from the first moment to the end, and not after', async () => {
  const { link, told, handle, yes, settle } = open();
  handle.setPaused(true);
  await settle(yes);
  handle.setPaused(false);
  handle.close({ code: 'taken-over', sentence: 'Another one.' });
  link.end(LEFT);
  handle.setPaused(true);
  handle.close({ code: 'taken-over', sentence: 'Another one.' });
  expect(told).toEqual(['paused true', 'granted', 'paused false', 'refused taken-over', 'end peer-left']);
});

describe('a sink that throws', () => {
  const boom = () => {
    throw new Error('a fault of ours');
  };

  it('has its publisher sent away', async () => {
    const { link, told, yes, settle } = open({ onEvent: boom });
    await settle(yes);
    link.deliver(EVENT);
    expect(told).toEqual(['granted', 'fault', 'refused internal-error']);
  });

  it('at its end harms nobody', async () => {
    const { link, told, yes, settle } = open({ onEnd: boom });
    await settle(yes);
    link.end(LEFT);
    expect(told).toEqual(['granted', 'fault']);
  });

  it('at an end that came too early harms nobody', async () => {
    const { link, told, yes, settle } = open({ onEnd: boom });
    link.end(LEFT);
    await settle(yes);
    expect(told).toEqual(['fault']);
  });
});
