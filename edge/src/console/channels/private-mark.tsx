import { Icon } from '../parts/icon.tsx';

/** Beside the name of a channel of which viewers need a playback token. */
export function PrivateMark() {
  return (
    <span class="private-mark" title="Private: viewers need a playback token">
      <Icon name="lock" />
      <span class="visually-hidden">Private</span>
    </span>
  );
}
