import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_CELLS, clockCells, FRAME_COUNT_MODULUS, readClockCells } from './clock-code.ts';

const brightnessOf = (cells: Uint8Array): number[] => Array.from(cells, (cell) => (cell === 1 ? 230 : 20));

describe('the machine-readable clock', () => {
  it('reads back every time and frame count', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 44 - 1), fc.nat(FRAME_COUNT_MODULUS - 1), (wallMs, frameCount) => {
        expect(readClockCells(brightnessOf(clockCells({ wallMs, frameCount })))).toEqual({ wallMs, frameCount });
      }),
    );
  });

  it('lets the frame counter go round', () => {
    const cells = clockCells({ wallMs: 5, frameCount: FRAME_COUNT_MODULUS + 7 });
    expect(readClockCells(brightnessOf(cells))).toEqual({ wallMs: 5, frameCount: 7 });
  });

  it('has no reading when any one cell is wrong', () => {
    const cells = clockCells({ wallMs: Date.UTC(2026, 10, 24), frameCount: 4_711 });
    for (let cell = 0; cell < CLOCK_CELLS; cell += 1) {
      const damaged = brightnessOf(cells);
      damaged[cell] = 250 - (damaged[cell] ?? 0);
      expect(readClockCells(damaged), `cell ${cell}`).toBeUndefined();
    }
  });

  it.each([
    ['black', 16],
    ['grey', 128],
    ['white', 235],
  ])('has no reading in plain %s', (_name, brightness) => {
    expect(readClockCells(new Array(CLOCK_CELLS).fill(brightness))).toBeUndefined();
  });
});
