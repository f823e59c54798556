import { CHANNEL_ID } from './api/channel-id.ts';

/** The tabs of a channel, in the order in which they are shown. The first one is what `/channels/{id}` shows. */
export const CHANNEL_TABS = ['live', 'recordings', 'restream', 'share', 'connect', 'settings'] as const;
export type ChannelTab = (typeof CHANNEL_TABS)[number];

/** What the console shows. */
export type Route =
  | { readonly page: 'channels' }
  | { readonly page: 'new-channel' }
  | { readonly page: 'channel'; readonly channelId: string; readonly tab: ChannelTab }
  | { readonly page: 'webhooks' }
  | { readonly page: 'settings' }
  | { readonly page: 'nowhere' };

/** How the page to make a channel is called in the address; a channel may have the same name. */
const NEW = 'new';
const NOWHERE: Route = { page: 'nowhere' };

/** What an address shows; `nowhere` for those that are not of the console. */
export function readRoute(pathname: string): Route {
  const [first = '', channelId, tab, ...rest] = pathname.split('/').slice(1);
  if (rest.length > 0) return NOWHERE;
  if (first === 'channels' && channelId !== undefined) return readChannel(channelId, tab);
  if (channelId !== undefined) return NOWHERE;
  switch (first) {
    case '':
      return { page: 'channels' };
    case 'webhooks':
    case 'settings':
      return { page: first };
    default:
      return NOWHERE;
  }
}

function readChannel(channelId: string, tabName: string | undefined): Route {
  if (channelId === NEW && tabName === undefined) return { page: 'new-channel' };
  const tab = tabName === undefined ? CHANNEL_TABS[0] : CHANNEL_TABS.find((known) => known === tabName);
  if (tab === undefined || !CHANNEL_ID.test(channelId)) return NOWHERE;
  return { page: 'channel', channelId, tab };
}

/** The address that shows a route. */
export function pathOf(route: Exclude<Route, { page: 'nowhere' }>): string {
  switch (route.page) {
    case 'channels':
      return '/';
    case 'new-channel':
      return `/channels/${NEW}`;
    case 'channel':
      return channelPath(route.channelId, route.tab);
    default:
      return `/${route.page}`;
  }
}

/** The address of a channel's tab. */
export function channelPath(channelId: string, tab: ChannelTab = CHANNEL_TABS[0]): string {
  const isPlain = tab === CHANNEL_TABS[0] && channelId !== NEW;
  return isPlain ? `/channels/${channelId}` : `/channels/${channelId}/${tab}`;
}
