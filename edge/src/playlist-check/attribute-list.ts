import type { ViolationList } from './violation.ts';

// rfc8216bis §4.2: AttributeName=AttributeValue, separated by commas, no blanks outside quotes.
const ATTRIBUTE = /^([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(,|$)/;

export type Attributes = ReadonlyMap<string, string>;

/** Reads an attribute list strictly (rfc8216bis §4.2); quotes stay on quoted strings. */
export function readAttributes(text: string, line: number, violations: ViolationList): Attributes {
  const attributes = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const match = ATTRIBUTE.exec(rest);
    const [whole, name, value, separator] = match ?? [];
    if (whole === undefined || name === undefined || value === undefined) {
      violations.add('A1.2', line, `not an attribute list at «${rest.slice(0, 40)}»`);
      return attributes;
    }
    if (attributes.has(name)) violations.add('A1.2', line, `attribute ${name} twice`);
    attributes.set(name, value);
    rest = rest.slice(whole.length);
    if (separator === ',' && rest === '') violations.add('A1.2', line, 'attribute list ends with a comma');
  }
  return attributes;
}

/** The inside of a quoted-string; `undefined` where it is absent or not quoted. */
export function quotedValue(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name);
  return value?.startsWith('"') ? value.slice(1, -1) : undefined;
}

/** A decimal-floating-point or decimal-integer; `undefined` where it is absent or malformed. */
export function decimalValue(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name);
  return value !== undefined && /^[0-9]+(\.[0-9]+)?$/.test(value) ? Number(value) : undefined;
}

/** The duration is at least so many times the other, as printed: to the microsecond, free of what doubles add. */
export function isAtLeastTimes(durationS: number, times: number, ofS: number): boolean {
  return Math.round(durationS * 1e6) >= times * Math.round(ofS * 1e6);
}
