import { useId } from 'preact/hooks';
import type { BroadcastCost } from '../api/broadcast-cost.ts';
import { costItems, costSentence, formatCost } from './cost-words.ts';

/** What the cost of a broadcast is made of. */
export function CostBreakdown({ cost }: { readonly cost: BroadcastCost }) {
  const id = useId();
  return (
    <section class="cost-breakdown" aria-labelledby={id}>
      <h3 id={id}>What it is made of</h3>
      <dl class="cost-items numbers">
        {costItems(cost).map(({ name, usd, share }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {formatCost(usd)} <span class="dim">{Math.round(share * 100)}%</span>
              <span class="cost-bar" style={{ width: `${Math.max(1, share * 100)}%` }} />
            </dd>
          </div>
        ))}
      </dl>
      <p class="chart-about">{costSentence(cost)}</p>
    </section>
  );
}
