import type shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import { describe, expect, it } from 'vitest';
import { LineEstimate } from './line-estimate.ts';
import { RenditionChooser } from './rendition-chooser.ts';

type Variant = shaka.extern.Variant;

/** The parts of a variant that are looked at. */
function variant(heightPx: number, bandwidth: number): Variant {
  return { bandwidth, video: { originalId: `v${heightPx}`, height: heightPx, width: 1, bandwidth } } as Variant;
}

const V720 = variant(720, 4_500_000);
const V360 = variant(360, 1_200_000);

function stage({ isEnabled = true } = {}) {
  const line = new LineEstimate();
  const switches: (string | null | undefined)[] = [];
  const chooser = new RenditionChooser({ line, heightPx: () => 1_080 });
  chooser.init((to, clearsBuffer, safeMarginS) =>
    switches.push(to.video?.originalId, `${clearsBuffer} ${safeMarginS}`),
  );
  chooser.setVariants([V360, V720]);
  if (isEnabled) chooser.enable();
  /** A part that came at this rate. */
  const came = (bps: number) => {
    line.add({ bytes: bps / 8, tookMs: 1_000 });
    line.begunAnew();
  };
  return { chooser, switches, came };
}

describe('the chooser of renditions', () => {
  it('begins with a middle one before anything was measured', () => {
    const { chooser } = stage();
    chooser.setVariants([V360, V720, variant(1_080, 9_000_000)]);
    expect(chooser.chooseVariant()).toBe(V720);
  });

  it('goes with the line, and leaves what is buffered', () => {
    const { chooser, switches, came } = stage();
    chooser.chooseVariant();
    came(10_000_000);
    chooser.reconsider();
    expect(switches).toEqual([]);
    came(2_000_000);
    expect(chooser.reconsider()).toEqual({ fromBps: 4_500_000, toBps: 1_200_000 });
    expect(chooser.reconsider()).toBeUndefined();
    expect(switches).toEqual(['v360', 'false 0']);
  });

  it('does what the viewer says, whatever the line carries, until the viewer says auto', () => {
    const { chooser, switches, came } = stage();
    chooser.chooseVariant();
    chooser.choose('v360');
    came(100_000_000);
    chooser.reconsider();
    expect(switches).toEqual(['v360', 'false 0']);
    chooser.choose('auto');
    expect(switches.slice(2)).toEqual(['v720', 'false 0']);
  });

  it('keeps a choice over a broadcast that does not have it, and chooses by itself there', () => {
    const { chooser } = stage();
    chooser.choose('v480');
    expect([chooser.chooseVariant(), chooser.choice]).toEqual([V720, 'v480']);
  });

  it('changes nothing before Shaka lets it, nor after', () => {
    const { chooser, switches } = stage({ isEnabled: false });
    chooser.chooseVariant();
    chooser.choose('v360');
    expect(switches).toEqual([]);
    chooser.enable();
    chooser.release();
    chooser.choose('v720');
    expect(switches).toEqual([]);
  });

  it('says whether what it was given is new', () => {
    const { chooser } = stage();
    expect([[V720, V360], [V720], [V720]].map((variants) => chooser.setVariants(variants))).toEqual([
      false,
      true,
      false,
    ]);
  });
});
