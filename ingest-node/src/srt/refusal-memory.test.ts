import { describe, expect, it } from 'vitest';
import type { PublishAnswer, PublishAttempt } from '../server/publisher.ts';
import { RefusalMemory } from './refusal-memory.ts';

const ATTEMPT: PublishAttempt = { protocol: 'srt', streamKey: 'key', clientAddress: '192.0.2.1', clientPort: 1 };
const NO: PublishAnswer = { ok: false, refusal: { code: 'unknown-stream-key', sentence: 'No.' } };
const YES: PublishAnswer = { ok: true, sink: { onEvent: () => {}, onEnd: () => {} } };
const HANDLE = { isGone: false, close: () => {}, setPaused: () => {} };

function remembering(answers: readonly PublishAnswer[]) {
  const time = { nowMs: 0 };
  let asked = 0;
  const memory = new RefusalMemory(
    async () => answers[asked++] ?? YES,
    () => time.nowMs,
  );
  return { time, ask: (attempt = ATTEMPT) => memory.publish(attempt, HANDLE), askedCount: () => asked };
}

describe('who was refused', () => {
  it('hears the same for a second, and then somebody is asked again', async () => {
    const { time, ask, askedCount } = remembering([NO]);
    expect(await ask()).toEqual(NO);
    time.nowMs = 999;
    expect(await ask({ ...ATTEMPT, clientPort: 2 })).toEqual(NO);
    expect(askedCount()).toBe(1);
    time.nowMs = 1_000;
    expect(await ask()).toEqual(YES);
  });

  it('is not taken for somebody else', async () => {
    const { ask } = remembering([NO]);
    await ask();
    expect(await ask({ ...ATTEMPT, streamKey: 'other' })).toEqual(YES);
    expect(await ask({ ...ATTEMPT, clientAddress: '192.0.2.2' })).toEqual(YES);
  });

  it('is forgotten when there are too many', async () => {
    const { ask, askedCount } = remembering(Array.from({ length: 1_025 }, () => NO));
    for (let index = 0; index < 1_025; index += 1) await ask({ ...ATTEMPT, streamKey: `key-${index}` });
    expect(await ask({ ...ATTEMPT, streamKey: 'key-1' })).toEqual(NO);
    expect(askedCount()).toBe(1_025);
    expect(await ask({ ...ATTEMPT, streamKey: 'key-0' })).toEqual(YES);
  });
});
