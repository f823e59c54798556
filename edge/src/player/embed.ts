import { elementIn } from './page-elements.ts';
import { SluicePlayer } from './player-element.ts';
import { publishApi } from './snapshot.ts';

/** A page whose player could not be loaded tries again after this. */
const RELOAD_MS = 5_000;

/** Where the page is to wait for its viewer, the player stands in a template, and asks for nothing before it is wanted. */
const waiting = document.querySelector('template');
const invitation = document.getElementById('begin');

function begin(): void {
  if (waiting !== null) waiting.replaceWith(waiting.content);
  invitation?.remove();
  const player = elementIn(document, 'player', SluicePlayer);
  // Before the browser has agreed to sound it may refuse to play; then the viewer is asked to press a button.
  const video = player.shadowRoot?.querySelector('video');
  if (document.body.dataset.muted === 'false' && video) video.muted = false;
  player.addEventListener('sluice-load-failed', () => setTimeout(() => location.reload(), RELOAD_MS));
  publishApi(() => player.stats());
}

if (invitation === null) {
  begin();
} else {
  invitation.addEventListener('click', begin);
  // Of a channel that shows nothing there is no picture, and nothing stands in its place.
  const picture = invitation.querySelector('img');
  picture?.addEventListener('error', () => picture.remove());
  if (picture?.complete === true && picture.naturalWidth === 0) picture.remove();
}
