import { PassThrough } from 'node:stream';
import { beforeEach, expect, it, vi } from 'vitest';
import { ask, type Terminal } from './ask.ts';

const onInterrupt = vi.fn<() => void>();
let input: PassThrough;
let terminal: Terminal;
beforeEach(() => {
  onInterrupt.mockClear();
  input = new PassThrough();
  terminal = { input, output: Object.assign(new PassThrough(), { isTTY: true }), onInterrupt };
});

it('is told what is typed', async () => {
  const answer = ask('Type studio to go on: ', terminal);
  input.write('studio\r');
  expect(await answer).toBe('studio');
});

it('takes Ctrl-D, and an input that ends, for no answer', async () => {
  const answer = ask('Type studio to go on: ', terminal);
  input.write('\u0004');
  expect(await answer).toBe('');
  expect(await ask('Type studio to go on: ', { ...terminal, input: new PassThrough().end() })).toBe('');
});

it('leaves Ctrl-C to the program', async () => {
  const answer = ask('Type studio to go on: ', terminal);
  input.write('\u0003');
  await vi.waitFor(() => expect(onInterrupt).toHaveBeenCalledOnce());
  input.end();
  expect(await answer).toBe('');
});
