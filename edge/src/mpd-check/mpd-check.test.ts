import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/good-playlist.ts';
import { checkMpd, checkMpdSuccession } from './mpd-check.ts';

/** Written by hand, so that the checker is not measured by what it checks. */
const GOOD = `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011,http://www.dashif.org/guidelines/low-latency-live-v5" type="dynamic" availabilityStartTime="2026-11-25T12:00:00.000Z" publishTime="2026-11-25T12:00:20.000Z" minimumUpdatePeriod="PT2S" timeShiftBufferDepth="PT30S" suggestedPresentationDelay="PT0.5S" minBufferTime="PT0.5S" maxSegmentDuration="PT2S">
  <Location>b.mpd</Location>
  <ServiceDescription id="0">
    <Latency referenceId="0" target="1500"/>
  </ServiceDescription>
  <Period id="1" start="PT0S">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4">
      <ProducerReferenceTime id="0" type="captured" wallClockTime="2026-11-25T12:00:00.000Z" presentationTime="0">
        <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="time"/>
      </ProducerReferenceTime>
      <Representation id="v720" codecs="avc1.64001F" bandwidth="3000000" width="1280" height="720">
        <SegmentTemplate timescale="1000" duration="2000" startNumber="1" availabilityTimeOffset="1.500" availabilityTimeComplete="false" initialization="b/$RepresentationID$/init-0.mp4" media="b/$RepresentationID$/$Number$.m4s?init=0"/>
      </Representation>
    </AdaptationSet>
  </Period>
  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="time"/>
</MPD>
`;

describe('the checker of MPDs', () => {
  it('finds nothing in a good one', () => {
    expect(checkMpd(GOOD).violations).toEqual([]);
  });

  it.each([
    ['XML', '</Period>', ''],
    ['XML', 'id="v720"', 'id="v720" id="v720"'],
    ['XML', '<Location>', '<!-- a comment --><Location>'],
    ['XSD', ' minBufferTime="PT0.5S"', ''],
    ['XSD', 'bandwidth="3000000"', 'bandwidth="3 Mb/s"'],
    ['XSD', 'minimumUpdatePeriod="PT2S"', 'minimumUpdatePeriod="2"'],
    ['XSD', '<Location>b.mpd</Location>', ''],
    ['XSD', 'contentType="video"', 'contentType="video" colour="blue"'],
    ['XSD', '<Location>', '<Metrics/><Location>'],
    ['B60', 'type="dynamic"', 'type="static"'],
    ['B60', ' timeShiftBufferDepth="PT30S"', ''],
    ['B60', ' minimumUpdatePeriod="PT2S"', ''],
    ['B60', 'start="PT0S"', 'start="PT4S"'],
    ['B61', 'startNumber="1"', 'startNumber="0"'],
    ['B61', '$Number$', '$Time$'],
    ['B61', 'maxSegmentDuration="PT2S"', 'maxSegmentDuration="PT4S"'],
    ['B62', ' availabilityTimeComplete="false"', ''],
    ['B62', 'availabilityTimeOffset="1.500"', 'availabilityTimeOffset="2.000"'],
    ['B65', '  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="time"/>\n</MPD>', '</MPD>'],
    ['B65', /value="time"\/>\n<\/MPD>/, 'value="/time"/>\n</MPD>'],
    ['B66', ' target="1500"', ''],
    ['B66', 'wallClockTime="2026-11-25T12:00:00.000Z"', 'wallClockTime="2026-11-25T12:00:01.000Z"'],
    ['B66', 'presentationTime="0"', 'presentationTime="7"'],
    ['B67', ' suggestedPresentationDelay="PT0.5S"', ''],
    ['B70', 'media="b/', 'media="https://cdn.example/b/'],
    ['B60', '$Number$.m4s?init=0', '$Number$.m4s'],
    ['B60', '$Number$.m4s?init=0', '$Number$.m4s?init=0&amp;token=1'],
  ] as const)('names rule %s where %s is otherwise', (rule, from, to) => {
    const text = rule === 'XSD' && from.toString().includes('Location>b') ? reordered() : seeded(GOOD, from, to);
    expect(checkMpd(text).violations.map((violation) => violation.rule)).toContain(rule);
  });

  it('names what changes from one to the next', () => {
    const parsed = (text: string) => {
      const { mpd } = checkMpd(text);
      if (mpd === undefined) throw new Error('no MPD');
      return mpd;
    };
    const good = parsed(GOOD);
    expect(checkMpdSuccession(good, good)).toEqual([]);
    for (const [from, to] of [
      ['availabilityStartTime="2026-11-25T12:00:00', 'availabilityStartTime="2026-11-25T12:00:01'],
      ['publishTime="2026-11-25T12:00:20', 'publishTime="2026-11-25T12:00:19'],
      ['init-0.mp4', 'init-1.mp4'],
      ['Period id="1"', 'Period id="2"'],
    ] as const) {
      const rules = checkMpdSuccession(good, parsed(seeded(GOOD, from, to))).map(({ rule }) => rule);
      expect([from, rules]).toEqual([from, ['B60']]);
    }
  });
});

/** An element in a place that the schema does not allow. */
function reordered(): string {
  return seeded(seeded(GOOD, '  <Location>b.mpd</Location>\n', ''), '</MPD>', '  <Location>b.mpd</Location>\n</MPD>');
}
