import type { RenditionSummary } from '../api/broadcast-details.ts';
import type { ChannelFigures } from '../api/channel-figures.ts';
import { formatBitrate, formatCount } from '../format/numbers.ts';
import { codecName } from './source-words.ts';

interface RenditionsTableProps {
  readonly renditions: readonly RenditionSummary[];
  /** Who plays which; `undefined`: the edge has not said. */
  readonly audience: ChannelFigures['renditions'] | undefined;
}

/** What viewers can choose from, and how many have each. */
export function RenditionsTable({ renditions, audience }: RenditionsTableProps) {
  return (
    <section class="panel" aria-labelledby="renditions-heading">
      <h2 id="renditions-heading">Renditions</h2>
      <div class="table-box">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Size</th>
              <th scope="col">Codec</th>
              <th scope="col" class="number">
                At most
              </th>
              <th scope="col" class="number">
                Viewers
              </th>
            </tr>
          </thead>
          <tbody>
            {renditions.map(({ renditionId, codecs, bitrateBpsMax, widthPx, heightPx, frameRate }) => (
              <tr key={renditionId}>
                <th scope="row">{renditionId}</th>
                <td>
                  {widthPx === undefined || heightPx === undefined ? 'sound' : `${widthPx}×${heightPx}`}
                  {frameRate !== undefined && <span class="dim"> · {Math.round(frameRate)} fps</span>}
                </td>
                <td title={codecs}>{codecName(codecs)}</td>
                <td class="number">{formatBitrate(bitrateBpsMax)}</td>
                <td class="number">{audience === undefined ? '–' : formatCount(viewersOf(audience, renditionId))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Where the edge has put sound and picture together, `v720+a128` is of both. */
function viewersOf(audience: ChannelFigures['renditions'], renditionId: string): number {
  const counts = Object.entries(audience).filter(([id]) => id.split('+').includes(renditionId));
  return counts.reduce((sum, [, count]) => sum + count, 0);
}
