import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepCrash, readCrashes } from './crash-files.ts';
import { type Finding, FuzzLoop } from './fuzz-loop.ts';
import { type FuzzTarget, mustHold } from './fuzz-target.ts';
import { Random } from './random.ts';
import { inRandomPieces, inReads } from './splits.ts';

/** A parser with a bug: a zero followed by 255 anywhere in what it reads. */
function buggy(run: (input: Uint8Array) => string): FuzzTarget {
  return {
    name: 'buggy',
    corpus: [Uint8Array.from({ length: 100 }, (_, at) => at)],
    inputBytesMax: 1_000,
    generate: (random) => random.bytes(20),
    run,
  };
}

function firstFinding(target: FuzzTarget, seed = 1): Finding | undefined {
  const loop = new FuzzLoop({ target, random: new Random(seed) });
  for (let step = 0; step < 50_000; step += 1) {
    const finding = loop.step();
    if (finding !== undefined) return finding;
  }
  return undefined;
}

const hasZeroAndMax = (input: Uint8Array) => input.some((byte, at) => byte === 0 && input[at + 1] === 255);

describe('the fuzz loop', () => {
  it('finds an error that is not the parser’s own, and makes its input as short as it can be', () => {
    const target = buggy((input) => {
      if (hasZeroAndMax(input)) throw new TypeError('undefined is no length');
      return 'read';
    });
    expect(firstFinding(target)).toMatchObject({
      input: Uint8Array.of(0, 255),
      what: 'TypeError: undefined is no length',
    });
  });

  it('finds what a parser does without throwing', () => {
    const target = buggy((input) => {
      mustHold(!hasZeroAndMax(input), 'a promise was broken');
      return 'read';
    });
    expect(firstFinding(target)?.what).toBe('InvariantBroken: a promise was broken');
  });

  it('finds an input that takes too long', () => {
    const target = buggy((input) => {
      const { user } = process.threadCpuUsage();
      while (hasZeroAndMax(input) && process.threadCpuUsage().user - user < 25_000);
      return 'read';
    });
    const corpus = [Uint8Array.of(0, 255)];
    const loop = new FuzzLoop({ target: { ...target, corpus }, random: new Random(1), inputCpuMsMax: 20 });
    expect(loop.step()?.what).toMatch(/^slow/);
  });

  it('tells each fault once', () => {
    const target = buggy((input) => {
      throw new RangeError(`${input.length} is too much`);
    });
    const loop = new FuzzLoop({ target, random: new Random(1) });
    const findings = Array.from({ length: 50 }, () => loop.step()).filter((finding) => finding !== undefined);
    expect(findings.map(({ what }) => what)).toEqual(['RangeError: N is too much']);
  });

  it('goes deeper where something new has come of an input', () => {
    // Each byte of the word is found only by going on from the one before.
    const word = [0xff, 0x7f, 0x80, 0xfe];
    const target = buggy((input) => {
      const depth = word.findIndex((byte, at) => input[at] !== byte);
      mustHold(depth !== -1, 'the whole word');
      return `depth ${depth}`;
    });
    expect(firstFinding(target)?.what).toBe('InvariantBroken: the whole word');
  });

  it('does the same for the same seed', () => {
    const inputs: Uint8Array[][] = [[], []];
    for (const seen of inputs) {
      const target = buggy(() => 'read');
      const loop = new FuzzLoop({ target, random: new Random(7), onInput: (input) => seen.push(input.slice()) });
      for (let step = 0; step < 100; step += 1) loop.step();
    }
    expect(inputs[0]).toEqual(inputs[1]);
  });
});

describe('a finding that is kept', () => {
  it('is read again by its parser’s name, and kept once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-fuzz-'));
    try {
      const finding = { input: Uint8Array.of(0, 255), what: 'TypeError: x', stack: '' };
      expect(keepCrash('buggy', finding, folder)).toBe(keepCrash('buggy', finding, folder));
      expect(readCrashes('buggy', folder).map(({ bytes }) => bytes)).toEqual([Uint8Array.of(0, 255)]);
      expect(readCrashes('other', folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

it('pieces are the whole, in order', () => {
  const bytes = new Random(3).bytes(100_000);
  for (const pieces of [inReads(bytes), inRandomPieces(bytes, new Random(4))]) {
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(pieces.length).toBeGreaterThan(1);
  }
});
