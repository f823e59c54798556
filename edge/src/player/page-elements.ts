/** The element with this id, in a page or in a shadow tree. Without it there is another version's markup: nothing works. */
export function elementIn<T extends Element>(
  root: DocumentFragment | Document,
  id: string,
  kind: new (...args: never[]) => T,
): T {
  const found = root.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`There is no ${kind.name} #${id}`);
  return found;
}

export function setText(element: Element, text: string): void {
  // Writing the same text again would make screen readers and layout work for nothing.
  if (element.textContent !== text) element.textContent = text;
}
