import { html } from 'hono/html';
import type { Html } from './prose.ts';

/** A name, a text, and what is neither but means something (RFC 8259 §3). */
const TOKENS = /("(?:[^"\\]|\\.)*"(?=:)|"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b|-?\b[0-9][0-9.eE+-]*)/;

/** JSON in lines, with its names, texts and other values told apart. */
export function jsonText(value: unknown): Html[] {
  const pieces = JSON.stringify(value, null, 2).split(TOKENS);
  return pieces.map((piece, index) => {
    // Every other piece is a token.
    if (index % 2 === 0) return html`${piece}`;
    const kind = !piece.startsWith('"') ? 'value' : pieces[index + 1]?.startsWith(':') ? 'name' : 'text';
    return html`<span class="json-${kind}">${piece}</span>`;
  });
}
