import type { ViolationList } from '../playlist-check/violation.ts';

/** An element as it was read. */
export interface ReadElement {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: ReadElement[];
  text: string;
}

/** Deeper than any MPD. */
const DEPTH_MAX = 16;
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';
const TAG = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z:]+="[^"<]*")*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z:]+)="([^"<]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * Reads an XML document of elements, attributes and text, which is all that an MPD of ours has: no comments, CDATA,
 * namespaces' prefixes or entities of its own. Anything else is a violation. `undefined`: it has no root.
 */
export function readXml(text: string, violations: ViolationList): ReadElement | undefined {
  violations.expect(text.startsWith(PROLOG), 'XML', 1, 'no XML declaration');
  const stack: ReadElement[] = [];
  let root: ReadElement | undefined;
  let at = text.startsWith(PROLOG) ? PROLOG.length : 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const chars = text.slice(at, next === -1 ? text.length : next);
    const parent = stack.at(-1);
    if (parent !== undefined) parent.text += unescaped(chars.trim());
    if (parent === undefined && chars.trim() !== '')
      violations.add('XML', lineOf(text, at), 'text outside of the root');
    if (next === -1) break;
    TAG.lastIndex = next;
    const [all, isEnd, name = '', attributes = '', isEmpty] = TAG.exec(text) ?? [];
    const line = lineOf(text, next);
    if (all === undefined || stack.length > DEPTH_MAX) {
      violations.add('XML', line, 'malformed markup');
      return root;
    }
    at = next + all.length;
    if (isEnd === '/') {
      violations.expect(stack.pop()?.name === name, 'XML', line, `</${name}> ends what it did not begin`);
      continue;
    }
    const element = { name, line, attributes: readAttributes(attributes, line, violations), children: [], text: '' };
    if (parent !== undefined) parent.children.push(element);
    else if (root === undefined) root = element;
    else violations.add('XML', line, 'a second root');
    if (isEmpty !== '/') stack.push(element);
  }
  violations.expect(stack.length === 0, 'XML', 0, `<${stack.at(-1)?.name}> is not ended`);
  return root;
}

function readAttributes(text: string, line: number, violations: ViolationList): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    violations.expect(!attributes.has(name), 'XML', line, `${name} is given twice`);
    attributes.set(name, unescaped(value));
  }
  return attributes;
}

function unescaped(text: string): string {
  return text.replace(/&([a-z]+);/g, (all, name: string) => ENTITIES[name] ?? all);
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
