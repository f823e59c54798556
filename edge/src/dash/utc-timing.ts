import { element, type XmlElement } from './xml-element.ts';

/** The edge's clock, beside the MPD, so that whatever prefix a viewer came by stays on the request. */
export const CLOCK_FILE_NAME = 'time';

/** ISO/IEC 23009-1 §5.8.4.11. The answer there is an ISO 8601 date with milliseconds. */
export function utcTiming(): XmlElement {
  return element('UTCTiming', { schemeIdUri: 'urn:mpeg:dash:utc:http-iso:2014', value: CLOCK_FILE_NAME });
}
