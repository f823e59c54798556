import { describe, expect, it } from 'vitest';
import { INBOX_BYTES_MAX, Inbox, type Letter } from './inbox.ts';

function packet(bytes: number, ptsUs = 0): Letter {
  return { message: { kind: 'video', ptsUs, dtsUs: ptsUs, isKeyframe: true }, payload: new Uint8Array(bytes) };
}
const STOP: Letter = { message: { kind: 'stop' }, payload: new Uint8Array(0) };

describe('the inbox', () => {
  it('gives messages in the order they came, to one who waits and to one who does not', async () => {
    const inbox = new Inbox();
    const waiting = inbox.take();
    const letters = [packet(1, 1), packet(1, 2), packet(1, 3)];
    for (const letter of letters) inbox.put(letter);
    expect([await waiting, await inbox.take(), await inbox.take()]).toEqual(letters);
  });

  it('is full with a mebibyte, and has room again when that is taken', async () => {
    const inbox = new Inbox();
    inbox.put(packet(INBOX_BYTES_MAX - 1_000));
    expect(inbox.isFull).toBe(false);
    inbox.put(packet(1_000));
    expect(inbox.isFull).toBe(true);
    await inbox.take();
    expect(inbox.isFull).toBe(false);
  });

  it('is full with very many messages that carry nothing', () => {
    const inbox = new Inbox();
    for (let count = 0; count < 10_000 && !inbox.isFull; count += 1) inbox.put(packet(0));
    expect(inbox.isFull).toBe(true);
  });

  it('sees a stop behind whatever waits in front of it', async () => {
    const inbox = new Inbox();
    inbox.put(packet(10));
    expect(inbox.isStopSeen).toBe(false);
    inbox.put(STOP);
    expect(inbox.isStopSeen).toBe(true);
    await inbox.stopSeen;
    expect(await inbox.take()).toEqual(packet(10));
    expect(await inbox.take()).toEqual(STOP);
  });
});
