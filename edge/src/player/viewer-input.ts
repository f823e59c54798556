import { type KeyAction, keyAction } from './keyboard.ts';
import { elementIn } from './page-elements.ts';

/** A double click is a click first: this long it may still become one. */
const DOUBLE_CLICK_MS = 220;

export interface ViewerInputOptions {
  readonly root: ShadowRoot;
  /** Its end: then it listens to nothing any more. */
  readonly signal: AbortSignal;
  /** Keys pressed anywhere are the player's, and not only those pressed in it. */
  readonly takesAllKeys: boolean;
  onKey(action: KeyAction): void;
  togglePlay(): void;
  toggleFullscreen(): void;
}

/** Keys, and clicks on the picture. */
export function listenToViewer(options: ViewerInputOptions): void {
  const { root, signal, takesAllKeys } = options;
  const keys: EventTarget = takesAllKeys ? document : root.host;
  keys.addEventListener('keydown', (event) => event instanceof KeyboardEvent && pressed(event, options), { signal });
  const stage = elementIn(root, 'stage', HTMLElement);
  // What is shown in the picture's place is clicked as it is.
  const isPicture = ({ target }: Event) => target instanceof Element && target.matches('#video, #sound, #sound *');
  let clickTimer: ReturnType<typeof setTimeout> | undefined;
  stage.addEventListener('click', (event) => {
    if (!isPicture(event)) return;
    clearTimeout(clickTimer);
    // A finger shows and hides the controls; only a mouse has something else for that.
    if (event instanceof PointerEvent && event.pointerType !== 'mouse') return;
    clickTimer = setTimeout(() => options.togglePlay(), DOUBLE_CLICK_MS);
  });
  stage.addEventListener('dblclick', (event) => {
    if (!isPicture(event)) return;
    clearTimeout(clickTimer);
    options.toggleFullscreen();
  });
}

function pressed(event: KeyboardEvent, { onKey }: ViewerInputOptions): void {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  // Not the event's target, which outside of the shadow tree is the player as a whole.
  const [focused] = event.composedPath();
  const action = keyAction({ key: event.key, hasModifier, focusRole: focusRole(focused) });
  if (action === undefined) return;
  event.preventDefault();
  onKey(action);
}

/** What the focused element needs keys for; `none` for text and the page itself. */
function focusRole(element: EventTarget | undefined): string {
  if (!(element instanceof Element)) return 'none';
  if (element instanceof HTMLInputElement) return element.type === 'range' ? 'slider' : 'textbox';
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return 'textbox';
  if (element instanceof HTMLElement && element.isContentEditable) return 'textbox';
  if (element.closest('[role=menu]')) return 'menu';
  return element instanceof HTMLButtonElement || element instanceof HTMLAnchorElement ? 'button' : 'none';
}
