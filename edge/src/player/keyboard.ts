/** What a key does on the watch page. */
export type KeyAction =
  | 'toggle-play'
  | 'toggle-mute'
  | 'toggle-fullscreen'
  | 'toggle-pip'
  | 'toggle-stats'
  | 'toggle-help'
  | 'go-live'
  | 'toggle-captions'
  | 'seek-back'
  | 'seek-forward'
  | 'volume-up'
  | 'volume-down';

export interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  /** `input`, `button`, `menuitemradio`...: what has the focus, and needs some keys for itself. */
  readonly focusRole: string;
}

const ACTIONS: ReadonlyMap<string, KeyAction> = new Map([
  [' ', 'toggle-play'],
  ['k', 'toggle-play'],
  ['m', 'toggle-mute'],
  ['f', 'toggle-fullscreen'],
  ['p', 'toggle-pip'],
  ['i', 'toggle-stats'],
  ['?', 'toggle-help'],
  ['l', 'go-live'],
  ['c', 'toggle-captions'],
  ['ArrowLeft', 'seek-back'],
  ['ArrowRight', 'seek-forward'],
  ['ArrowUp', 'volume-up'],
  ['ArrowDown', 'volume-down'],
]);

const ARROWS = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']);
const PRESSED_BY_SPACE = new Set(['button', 'menu']);

/** The action of a key press, or `undefined` when the key belongs to the browser or to what has the focus. Pure. */
export function keyAction({ key, hasModifier, focusRole }: KeyPress): KeyAction | undefined {
  // Somebody writes.
  if (hasModifier || focusRole === 'textbox') return undefined;
  // A focused button is pressed by space; a slider and a menu move by arrows.
  if (key === ' ' && PRESSED_BY_SPACE.has(focusRole)) return undefined;
  if (ARROWS.has(key) && (focusRole === 'slider' || focusRole === 'menu')) return undefined;
  return ACTIONS.get(key.length === 1 ? key.toLowerCase() : key);
}
