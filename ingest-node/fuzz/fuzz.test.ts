/** Invariant: whatever a parser is given, it throws its own error or nothing, and keeps the promises of its target. */
import { describe, expect, it } from 'vitest';
import { readCrashes } from './crash-files.ts';
import { FuzzLoop } from './fuzz-loop.ts';
import { Random } from './random.ts';
import { FUZZ_TARGETS } from './targets/all-targets.ts';

/** Enough to notice that a target has come apart from its parser; finding things takes minutes (`npm run fuzz`). */
const STEPS = 150;

describe.each([...FUZZ_TARGETS])('%s', (name, load) => {
  it('takes what once broke it', async () => {
    const target = await load();
    for (const { name: file, bytes } of readCrashes(name)) expect(() => target.run(bytes), file).not.toThrow();
  });

  it('reads more in what honest peers send than in nothing', async () => {
    const target = await load();
    const nothing = target.run(new Uint8Array());
    for (const input of target.corpus) expect(target.run(input)).not.toBe(nothing);
  });

  // How long that takes is the machine's; an input that takes long by itself is found by its processor time.
  it('takes inputs that are made and changed', { timeout: 60_000 }, async () => {
    const loop = new FuzzLoop({ target: await load(), random: new Random(1) });
    for (let step = 0; step < STEPS; step += 1) expect(loop.step()?.what).toBeUndefined();
    expect(loop.outcomeCount).toBeGreaterThan(2);
  });

  it('gives the same outcome for the same input', async () => {
    const target = await load();
    const random = new Random(2);
    for (let count = 0; count < 20; count += 1) {
      const input = target.generate(random);
      expect(target.run(input)).toBe(target.run(input));
    }
  });
});
