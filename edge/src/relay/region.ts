/** Where relays are: the platform's location hints for Durable Objects. */
export const REGIONS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const;
export type Region = (typeof REGIONS)[number];

/**
 * What is known of where a request entered the platform's network: `continent` (AF, AN, AS, EU, NA, OC or SA), `country`
 * (ISO 3166-1 alpha-2) and `longitude` (degrees, as text) among others, or nothing.
 */
export type Whereabouts = Readonly<Record<string, unknown>>;

/** Where nothing is known: in the middle of the others' network, and what a machine of one's own is. */
const REGION_DEFAULT: Region = 'weur';
/** The 100th meridian parts America; Berlin, Vienna and Zagreb are about where Europe is parted. */
const WEST_OF_AMERICA_DEGREES = -100;
const EAST_OF_EUROPE_DEGREES = 15;
const MIDDLE_EAST = new Set('AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE'.split(' '));

/** The region whose relays are nearest to a viewer. */
export function regionOf({ continent, country, longitude }: Whereabouts): Region {
  if (typeof country === 'string' && MIDDLE_EAST.has(country)) return 'me';
  const degrees = Number(longitude ?? Number.NaN);
  switch (continent) {
    case 'NA':
      return degrees < WEST_OF_AMERICA_DEGREES ? 'wnam' : 'enam';
    case 'SA':
      return 'sam';
    case 'EU':
      return degrees > EAST_OF_EUROPE_DEGREES ? 'eeur' : 'weur';
    case 'AF':
      return 'afr';
    case 'AS':
      return 'apac';
    case 'OC':
    case 'AN':
      return 'oc';
    default:
      return REGION_DEFAULT;
  }
}
