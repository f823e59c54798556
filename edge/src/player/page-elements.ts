/** The element of the page with this id. A page without it was served with another version's script: nothing works. */
export function pageElement<T extends Element>(id: string, kind: new (...args: never[]) => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} #${id}`);
  return found;
}

export function setText(element: Element, text: string): void {
  // Writing the same text again would make screen readers and layout work for nothing.
  if (element.textContent !== text) element.textContent = text;
}
