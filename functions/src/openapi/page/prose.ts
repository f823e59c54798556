import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

const MARKS = /(`[^`]+`|\*\*[^*]+\*\*)/;

/** A line of a description: what of CommonMark this API's descriptions use, code and strong words. */
export function line(text: string): Html[] {
  return text.split(MARKS).map((piece) => {
    if (piece.startsWith('`')) return html`<code>${piece.slice(1, -1)}</code>`;
    if (piece.startsWith('**')) return html`<strong>${piece.slice(2, -2)}</strong>`;
    return html`${piece}`;
  });
}

/** A description, paragraph by paragraph. */
export function prose(text: string): Html[] {
  return text.split('\n\n').map((paragraph) => html`<p>${line(paragraph)}</p>`);
}
