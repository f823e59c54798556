/** Our watch page as it comes, and with LL-HLS by the address of the page. */
const QUERIES = { watch: '', 'watch-hls': '?engine=hls' } as const;
export type OurPage = keyof typeof QUERIES;
export const OUR_PAGES = Object.keys(QUERIES) as readonly OurPage[];

/** Whether the name is of one of ours. */
export function isOurPage(name: string): name is OurPage {
  return OUR_PAGES.some((each) => each === name);
}

/** @param watchUrl of the channel, without a query. */
export function ourPageUrl(name: OurPage, watchUrl: string): string {
  return watchUrl + QUERIES[name];
}
