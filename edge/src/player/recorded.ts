import { wirePage } from './page-actions.ts';
import { elementIn } from './page-elements.ts';
import { SluicePlayer } from './player-element.ts';
import { publishApi } from './snapshot.ts';

const player = elementIn(document, 'player', SluicePlayer);
wirePage(player, location.pathname.startsWith('/t/'));
publishApi(() => player.stats());

// Written by the edge, which has no idea of the viewer's clock.
const day = document.getElementById('recorded-at');
if (day instanceof HTMLTimeElement) {
  day.textContent = new Date(day.dateTime).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });
}
