import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/good-playlist.ts';
import { checkRecordedMpd } from './mpd-check.ts';

/** Written by hand, so that the checker is not measured by what it checks. */
const GOOD = `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" mediaPresentationDuration="PT7S" minBufferTime="PT2S" maxSegmentDuration="PT2S">
  <Period id="1" start="PT0S">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4">
      <Representation id="v720" codecs="avc1.64001F" bandwidth="3000000" width="1280" height="720">
        <SegmentTemplate timescale="1000" presentationTimeOffset="0" startNumber="1" initialization="../../live/c/b/v720/init-0.mp4" media="../../live/c/b/v720/$Number$.m4s">
          <SegmentTimeline>
            <S t="0" d="2000" r="1"/>
          </SegmentTimeline>
        </SegmentTemplate>
      </Representation>
    </AdaptationSet>
  </Period>
  <Period id="3" start="PT4S">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4">
      <Representation id="v720" codecs="avc1.64001F" bandwidth="3000000" width="1280" height="720">
        <SegmentTemplate timescale="1000" presentationTimeOffset="4000" startNumber="3" initialization="../../live/c/b/v720/init-16.mp4" media="../../live/c/b/v720/$Number$.m4s">
          <SegmentTimeline>
            <S t="4000" d="2000"/>
            <S d="1000"/>
          </SegmentTimeline>
        </SegmentTemplate>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
`;

describe('the checker of a recording’s MPD', () => {
  it('finds nothing in a good one', () => {
    const { mpd, violations } = checkRecordedMpd(GOOD);
    expect(violations).toEqual([]);
    const segments = mpd?.periods[1]?.adaptationSets[0]?.representations[0]?.template.segments;
    expect(segments).toEqual([
      { startTicks: 4_000, durationTicks: 2_000 },
      { startTicks: 6_000, durationTicks: 1_000 },
    ]);
  });

  it.each([
    ['C81', ' mediaPresentationDuration="PT7S"', ''],
    ['C81', 'type="static"', 'type="dynamic"'],
    ['C81', 'minBufferTime', 'timeShiftBufferDepth="PT30S" minBufferTime'],
    ['C81', 'start="PT0S"', 'start="PT1S"'],
    ['C81', 'start="PT4S"', 'start="PT0S"'],
    ['C81', 'PT7S', 'PT6S'],
    ['C81', 'presentationTimeOffset="0"', 'presentationTimeOffset="0" duration="2000"'],
    ['C81', '$Number$.m4s"', '$Number$.m4s?init=0"'],
    ['C81', 'v720/init-0', 'v360/init-0'],
    ['C81', /\.\.\/\.\.\/live/g, 'live'],
    ['C81', '<S t="4000"', '<S t="3000"'],
    ['C81', '<S t="4000"', '<S t="4500"'],
    ['C81', '<S d="1000"/>', '<S t="6500" d="500"/>'],
    ['C81', 'd="2000" r="1"', 'd="3000"'],
    ['C81', 'r="1"/>', 'r="2"/>'],
    ['C81', 'startNumber="3"', 'startNumber="2"'],
    ['XSD', '<S d="1000"/>', '<S/>'],
    ['XSD', 'r="1"/>', 'r="-1"/>'],
  ] as const)('names rule %s where %s is otherwise', (rule, from, to) => {
    const { violations } = checkRecordedMpd(seeded(GOOD, from, to));
    expect(violations.map((violation) => violation.rule)).toContain(rule);
  });
});
