import { describe, expect, it } from 'vitest';
import type { Delivery } from '../api/webhook.ts';
import { deliverySentence, inAbout, nextTryMs, webhookUrlFault } from './delivery-words.ts';

const AT_MS = 1_000_000;
function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    deliveryId: 'd1',
    messageId: 'msg_1',
    state: 'pending',
    payload: { type: 'webhook.test', timestamp: '2026-11-01T18:00:00.000Z' },
    createdAtMs: AT_MS,
    tries: 0,
    lastTry: null,
    ...change,
  };
}
const refused = { atMs: AT_MS, status: 503, fault: 'It answered 503.' };

describe('a delivery of a webhook', () => {
  it('is tried again later each time, and after an hour at most', () => {
    expect(nextTryMs(delivery())).toBe(AT_MS);
    expect(nextTryMs(delivery({ tries: 1, lastTry: refused }))).toBe(AT_MS + 5_000);
    expect(nextTryMs(delivery({ tries: 4, lastTry: refused }))).toBe(AT_MS + 40_000);
    expect(nextTryMs(delivery({ tries: 40, lastTry: refused }))).toBe(AT_MS + 3_600_000);
    expect(nextTryMs(delivery({ state: 'dead', tries: 4, lastTry: refused }))).toBeUndefined();
  });

  it.each([
    [1_000, 'any moment'],
    [40_000, 'in about 40 s'],
    [600_000, 'in about 10 min'],
    [-5_000, 'any moment'],
  ])('comes in %i ms: %s', (inMs, words) => {
    expect(inAbout(AT_MS + inMs, AT_MS)).toBe(words);
  });

  it('says what came of it', () => {
    expect(deliverySentence(delivery())).toBe('It was not tried yet: it waits for its turn.');
    expect(deliverySentence(delivery({ tries: 1, lastTry: refused }))).toBe('It answered 503. 1 try.');
    expect(deliverySentence(delivery({ state: 'dead', tries: 37, lastTry: refused }))).toBe(
      'It answered 503. 37 tries, and given up.',
    );
    const taken = { atMs: AT_MS, status: 204, fault: null };
    expect(deliverySentence(delivery({ state: 'delivered', tries: 1, lastTry: taken }))).toBe('HTTP 204');
    expect(deliverySentence(delivery({ state: 'delivered', tries: 3, lastTry: taken }))).toBe(
      'HTTP 204, after 3 tries',
    );
  });
});

describe('an address for webhooks', () => {
  it.each([
    ['https://hooks.example.com/sluice', undefined],
    ['http://127.0.0.1:9000/', undefined],
    ['hooks.example.com', 'Write the whole address, as https://hooks.example.com/sluice.'],
    ['ftp://hooks.example.com', 'It begins with https://'],
    ['https://me:secret@hooks.example.com', 'It has no user or password in it: webhooks are signed.'],
    ['https://hooks.example.com/#a', 'It has no fragment.'],
  ])('%s', (text, fault) => {
    expect(webhookUrlFault(text)).toBe(fault);
  });
});
