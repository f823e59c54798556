import fc from 'fast-check';
import { type AmfValue, amfObject } from '../../src/rtmp/amf-value.ts';
import { writeAmf0 } from '../../src/rtmp/amf0-writer.ts';
import type { Random } from '../random.ts';
import { Batch } from './batch.ts';

const { value: amfValue } = fc.letrec<{ value: AmfValue }>((tie) => {
  const members = fc.array(fc.tuple(fc.string({ maxLength: 12 }), tie('value')), { maxLength: 5 });
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<AmfValue>(undefined, null, true, false, '', 'live', 'onMetaData', Number.NaN, -1),
      fc.double(),
      fc.string({ maxLength: 40, unit: 'grapheme' }),
      fc.integer().map((epochMs): AmfValue => ({ kind: 'date', epochMs })),
      fc.string({ maxLength: 20 }).map((text): AmfValue => ({ kind: 'xml', text })),
      fc.array(tie('value'), { maxLength: 5 }),
      members.map((entries): AmfValue => amfObject(Object.fromEntries(entries))),
      members.map((entries): AmfValue => ({ kind: 'ecma-array', members: new Map(entries) })),
      fc
        .tuple(fc.string({ minLength: 1, maxLength: 8 }), members)
        .map(([className, entries]): AmfValue => ({ kind: 'object', className, members: new Map(entries) })),
    ),
  };
});

const values = new Batch(fc.array(amfValue, { minLength: 1, maxLength: 6 }));

/** Some values, one after the other, as AMF0. */
export function amf0Values(random: Random): Uint8Array {
  return writeAmf0(...values.next(random));
}

/** The arguments of a command or data message. */
export function amfArguments(random: Random): readonly AmfValue[] {
  return values.next(random);
}
