import { describe, expect, it } from 'vitest';
import { transcoderExit } from './transcoder-exit.ts';

describe('the end of a transcoder', () => {
  it('is a crash when nobody knew of it, told with the last line it wrote', () => {
    const exit = transcoderExit({ exitCode: null, signal: 'SIGSEGV', stderrLines: ['one', 'the last'] });
    expect(exit).toMatchObject({ reason: 'crashed', sentence: 'The transcoder died with SIGSEGV: the last' });
    expect(transcoderExit({ exitCode: 3, signal: null, stderrLines: [] }).sentence).toBe(
      'The transcoder died with exit code 3.',
    );
  });

  it('is what was known before, whatever the process ended with', () => {
    const verdict = { reason: 'did-not-stop', detail: 'It did not stop.' } as const;
    const exit = transcoderExit({ exitCode: null, signal: 'SIGKILL', verdict, stderrLines: ['noise'] });
    expect(exit).toEqual({
      reason: 'did-not-stop',
      sentence: 'It did not stop. (SIGKILL)',
      exitCode: null,
      signal: 'SIGKILL',
      stderrLines: ['noise'],
    });
  });
});
