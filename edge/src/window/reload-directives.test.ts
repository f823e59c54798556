import { describe, expect, it } from 'vitest';
import { readReloadDirectives } from './reload-directives.ts';

function read(query: string) {
  return readReloadDirectives(new URLSearchParams(query));
}

describe('delivery directives', () => {
  it('are read when they are there', () => {
    expect(read('')).toEqual({ kind: 'none', skip: undefined });
    expect(read('_HLS_msn=12')).toEqual({
      kind: 'reload',
      directives: { msn: 12, partIndex: undefined },
      skip: undefined,
    });
    expect(read('_HLS_msn=12&_HLS_part=0')).toEqual({
      kind: 'reload',
      directives: { msn: 12, partIndex: 0 },
      skip: undefined,
    });
    expect(read('_HLS_part=3&_HLS_msn=0')).toEqual({
      kind: 'reload',
      directives: { msn: 0, partIndex: 3 },
      skip: undefined,
    });
  });

  it.each([
    'abc',
    '-1',
    '',
    '1.5',
    '1e3',
    '+1',
    '0x10',
    '01',
    ' 1',
    '1 ',
    '٣',
    'NaN',
    'Infinity',
    '12345678901234567890',
    '1'.repeat(16),
  ])('are malformed where an integer is «%s» (rule A3.33)', (value) => {
    const encoded = encodeURIComponent(value);
    expect(read(`_HLS_msn=${encoded}`).kind).toBe('malformed');
    expect(read(`_HLS_msn=1&_HLS_part=${encoded}`).kind).toBe('malformed');
  });

  it('take up to 15 digits, which a number holds exactly', () => {
    expect(read(`_HLS_msn=${'9'.repeat(15)}`)).toMatchObject({ directives: { msn: 999_999_999_999_999 } });
  });

  it('are malformed with a part and no segment (rule A3.33)', () => {
    expect(read('_HLS_part=1').kind).toBe('malformed');
  });

  it('are malformed when one is given twice, even with the same value', () => {
    expect(read('_HLS_msn=1&_HLS_msn=1').kind).toBe('malformed');
    expect(read('_HLS_msn=1&_HLS_part=1&_HLS_part=2').kind).toBe('malformed');
    expect(read('_HLS_skip=YES&_HLS_skip=v2').kind).toBe('malformed');
  });

  it('are read past other parameters, known to others or to nobody (rule A3.33)', () => {
    const query = 'a=b&_HLS_msn=4&_HLS_unheard_of=-1&_HLS_part=2&_hls_msn=x';
    expect(read(query)).toEqual({ kind: 'reload', directives: { msn: 4, partIndex: 2 }, skip: undefined });
  });

  it.each(['YES', 'v2'] as const)('ask for a delta update with _HLS_skip=%s, by itself or with the others', (skip) => {
    expect(read(`_HLS_skip=${skip}`)).toEqual({ kind: 'none', skip });
    const directives = { msn: 4, partIndex: 2 };
    expect(read(`_HLS_msn=4&_HLS_part=2&_HLS_skip=${skip}`)).toEqual({ kind: 'reload', directives, skip });
  });

  it.each(['', 'NO', 'yes', 'V2', 'v3', '1'])('ask for the whole playlist with _HLS_skip=«%s»', (value) => {
    expect(read(`_HLS_skip=${value}`)).toEqual({ kind: 'none', skip: undefined });
  });
});
