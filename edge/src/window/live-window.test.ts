import { BroadcastDescription, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import { LiveWindow } from './live-window.ts';

const broadcast = new TestBroadcast();

function newWindow(dvrWindowS = 30): LiveWindow {
  return new LiveWindow({ description: broadcast.description, dvrWindowS });
}

/** The description with something of its first rendition changed. */
function changed(changes: object, ofAll: object = {}): BroadcastDescription {
  const [first, ...others] = broadcast.description.renditions;
  return BroadcastDescription.parse({
    ...broadcast.description,
    renditions: [{ ...first, ...changes }, ...others],
    ...ofAll,
  });
}

describe('LiveWindow', () => {
  it('takes each rendition in its own order, whatever the order of all', () => {
    const window = newWindow();
    window.append([...broadcast.parts(0, 6, A128), ...broadcast.parts(0, 3, V720), ...broadcast.parts(0, 1, V360)]);
    expect(window.next()).toEqual({
      v720: { msn: 1, partIndex: 3 },
      v360: { msn: 1, partIndex: 1 },
      a128: { msn: 2, partIndex: 2 },
    });
  });

  it('tells which renditions grew, and which lack something', () => {
    const window = newWindow();
    const result = window.append([...broadcast.parts(0, 2, A128), ...broadcast.parts(1, 2, V720)]);
    expect(result).toEqual({ grown: new Set([A128]), behind: new Set([V720]) });
    expect(window.next()[V720]).toEqual({ msn: 1, partIndex: 0 });
    expect(window.append(broadcast.parts(0, 2, V720))).toEqual({ grown: new Set([V720]), behind: new Set() });
  });

  it('has a new version with each change, and with nothing else', () => {
    const window = newWindow();
    const versions = [window.version];
    for (const parts of [broadcast.parts(0, 1), broadcast.parts(0, 1), broadcast.parts(5, 6), broadcast.parts(1, 2)]) {
      window.append(parts);
      versions.push(window.version);
    }
    expect(versions.map((version, index) => version === versions[index - 1])).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('takes what comes before a part that it refuses', () => {
    const window = newWindow();
    const parts = [broadcast.part(0, V720), broadcast.part(1, V720, { sizeBytes: 0 }), broadcast.part(0, A128)];
    expect(() => window.append(parts)).toThrow('part-empty');
    expect(window.next()).toMatchObject({ v720: { msn: 1, partIndex: 1 }, a128: { msn: 1, partIndex: 0 } });
  });

  it('refuses renditions that nobody described, and one described twice', () => {
    const stranger = RenditionId.parse('v1080');
    expect(() => newWindow().append([{ ...broadcast.part(0, V720), renditionId: stranger }])).toThrow(
      'unknown-rendition',
    );
    const description = changed({ id: V360 });
    expect(() => new LiveWindow({ description, dvrWindowS: 30 })).toThrow('rendition-twice');
  });

  it('refuses a PART-TARGET that no segment has room for', () => {
    const open = (partTargetTicks: number) =>
      new LiveWindow({ description: changed({ partTargetTicks }), dvrWindowS: 30 });
    expect(() => open(75_000)).toThrow('part-target-too-long');
    expect(open(74_999).renditions.get(V720)?.rendition.partTargetTicks).toBe(74_999);
  });

  it('may be described again with other init segments and codecs, and with nothing else changed', () => {
    const window = newWindow();
    window.describe(changed({ initVersion: 1, codecs: 'avc1.640020' }));
    expect(window.renditions.get(V720)?.rendition).toMatchObject({ initVersion: 1, codecs: 'avc1.640020' });
    for (const description of [
      changed({ partTargetTicks: 17_000 }),
      changed({ widthPx: 1_920 }),
      changed({}, { profile: 'ultra' }),
      changed({}, { startedAtMs: 1 }),
      changed({}, { renditions: broadcast.description.renditions.slice(1) }),
    ]) {
      expect(() => window.describe(description)).toThrow('description-changed');
    }
  });

  it('is playable with PART-HOLD-BACK of media and a whole segment in every rendition', () => {
    const window = newWindow();
    // Three parts are 1.6 s, PART-HOLD-BACK; a whole segment has four.
    window.append([...broadcast.parts(0, 4, V720), ...broadcast.parts(0, 4, V360), ...broadcast.parts(0, 3, A128)]);
    expect(window.isPlayable).toBe(false);
    window.append(broadcast.parts(3, 4, A128));
    expect(window.isPlayable).toBe(true);
  });

  it('is playable with three target durations where playlists list no parts', () => {
    const standard = new TestBroadcast({ profile: 'standard' });
    const window = new LiveWindow({ description: standard.description, dvrWindowS: 30 });
    // Three target durations are 12 s, and a segment is 4.27 s.
    window.append(standard.parts(0, 2));
    expect(window.isPlayable).toBe(false);
    window.append(standard.parts(2, 3));
    expect(window.isPlayable).toBe(true);
  });

  it('is at least six target durations long, whatever the channel asks for (rule A1.18)', () => {
    expect(newWindow(1).windowS).toBe(12);
    expect(newWindow(100).windowS).toBe(100);
  });

  it('closes open segments and takes nothing more when it ends', () => {
    const window = newWindow();
    window.append(broadcast.parts(0, 6));
    window.end();
    const { version } = window;
    expect([...window.renditions.values()].map(({ openSegment }) => openSegment)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(() => window.append(broadcast.parts(6, 7))).toThrow('broadcast-ended');
    window.end();
    expect(window.version).toBe(version);
  });
});
