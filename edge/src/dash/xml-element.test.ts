import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../mpd-check/xml-reader.ts';
import { ViolationList } from '../playlist-check/violation.ts';
import { element, xmlDocument } from './xml-element.ts';

describe('an XML document', () => {
  it('is read back as it was written, whatever its values', () => {
    const printable = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(printable, printable, (value, text) => {
        const written = xmlDocument(element('A', { value, none: undefined }, [element('B', {}, text), element('C')]));
        const violations = new ViolationList();
        const root = readXml(written, violations);
        expect(violations.found).toEqual([]);
        expect([...(root?.attributes ?? [])]).toEqual([['value', value]]);
        expect(root?.children.map(({ name, text: inside }) => [name, inside])).toEqual([
          ['B', text],
          ['C', ''],
        ]);
      }),
    );
  });
});
