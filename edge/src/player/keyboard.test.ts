import { describe, expect, it } from 'vitest';
import { keyAction } from './keyboard.ts';

function press(key: string, focusRole = 'none', hasModifier = false) {
  return keyAction({ key, focusRole, hasModifier });
}

describe('keyAction', () => {
  it('knows its keys, with and without shift lock', () => {
    expect(press('k')).toBe('toggle-play');
    expect(press('M')).toBe('toggle-mute');
    expect(press('?')).toBe('toggle-help');
    expect(press('ArrowUp')).toBe('volume-up');
    expect([press('ArrowLeft'), press('ArrowRight')]).toEqual(['seek-back', 'seek-forward']);
    expect(press('C')).toBe('toggle-captions');
    expect(press('x')).toBeUndefined();
  });

  it('leaves the browser its own shortcuts', () => {
    expect(press('l', 'none', true)).toBeUndefined();
  });

  it('leaves space to a focused button and arrows to a slider or menu', () => {
    expect(press(' ')).toBe('toggle-play');
    expect(press(' ', 'button')).toBeUndefined();
    expect(press(' ', 'menu')).toBeUndefined();
    expect(press(' ', 'slider')).toBe('toggle-play');
    expect(press('ArrowDown', 'slider')).toBeUndefined();
    expect(press('ArrowLeft', 'slider')).toBeUndefined();
    expect(press('ArrowDown', 'menu')).toBeUndefined();
    expect(press('ArrowDown', 'button')).toBe('volume-down');
  });

  it('leaves every key to somebody who writes in the page around it', () => {
    for (const key of ['k', ' ', '?', 'ArrowLeft']) expect(press(key, 'textbox')).toBeUndefined();
  });
});
