import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type NoteTone = 'info' | 'warn' | 'bad';

const NOTE_ICONS: Readonly<Record<NoteTone, IconName>> = { info: 'info', warn: 'warning', bad: 'warning' };

/** Something to know where one is. */
export function Note({ tone = 'info', children }: { readonly tone?: NoteTone; readonly children: ComponentChildren }) {
  return (
    <div class={`note ${tone}`}>
      <Icon name={NOTE_ICONS[tone]} />
      <div class="note-text">{children}</div>
    </div>
  );
}
