import { wirePage } from './page-actions.ts';
import { elementIn, setText } from './page-elements.ts';
import { SluicePlayer } from './player-element.ts';
import { rememberChannel } from './recent-channels.ts';
import { publishApi, type Snapshot } from './snapshot.ts';
import { elapsed } from './wording.ts';

const ABOUT_EVERY_MS = 250;

const isPrivateLink = location.pathname.startsWith('/t/');
const player = elementIn(document, 'player', SluicePlayer);
const aboutLine = elementIn(document, 'about-line', HTMLElement);

/** Never empty, so that nothing moves when a broadcast begins. */
function about({ state, broadcastStartedAtMs, edgeNowMs, profile, renditionName }: Snapshot): string {
  if (broadcastStartedAtMs !== null && edgeNowMs !== null) {
    const parts = [`Live for ${elapsed(edgeNowMs - broadcastStartedAtMs)}`, `${profile} latency`, renditionName];
    return parts.filter((part) => part !== null).join('  ·  ');
  }
  if (state === 'starting') return 'Going live';
  if (state === 'refused') return 'Private';
  if (state === 'unsupported' || state === 'unloaded') return 'Not playing';
  return state === 'offline' || state === 'ended' ? 'Offline' : 'Connecting';
}

function showAbout(): void {
  const now = player.stats();
  if (now !== undefined) setText(aboutLine, about(now));
}

player.addEventListener('sluice-state', () => {
  // Without its link the start page could not lead back.
  if (player.state === 'watching' && !isPrivateLink) rememberChannel(player.getAttribute('channel') ?? '');
  showAbout();
});
wirePage(player, isPrivateLink);
publishApi(() => player.stats());
setInterval(showAbout, ABOUT_EVERY_MS);
