import { elementIn, setText } from './page-elements.ts';
import type { SluicePlayer } from './player-element.ts';

/** A page whose player could not be loaded tries again after this. */
const RELOAD_MS = 5_000;
const COPIED_MS = 1_600;

/** What the pages with a player in them have beside it. @param isPrivateLink the page's address is its viewer's own. */
export function wirePage(player: SluicePlayer, isPrivateLink: boolean): void {
  const copy = elementIn(document, 'copy-link', HTMLButtonElement);
  player.addEventListener('sluice-load-failed', () => setTimeout(() => location.reload(), RELOAD_MS));
  // Absent where the page came over plain http from another machine.
  copy.hidden = isPrivateLink || !('clipboard' in navigator);
  copy.addEventListener('click', () => {
    navigator.clipboard.writeText(location.href).then(
      () => setText(copy, 'Copied'),
      () => setText(copy, 'Not allowed'),
    );
    setTimeout(() => setText(copy, 'Copy link'), COPIED_MS);
  });
  elementIn(document, 'help-toggle', HTMLButtonElement).addEventListener('click', () => player.toggleHelp());
}
