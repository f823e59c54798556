import type { BroadcastCost } from '../api/broadcast-cost.ts';
import { Icon } from '../parts/icon.tsx';
import { costItems, costSentence, formatCost } from './cost-words.ts';

/** What the cost of a broadcast is made of. */
export function CostBreakdown({ cost }: { readonly cost: BroadcastCost }) {
  return (
    <details class="fold cost-breakdown">
      <summary>
        <Icon name="forward" />
        What it is made of
      </summary>
      <p class="hint">{costSentence(cost)}</p>
      <dl class="cost-items numbers">
        {costItems(cost).map(({ name, usd, share }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {formatCost(usd)} <span class="dim">{Math.round(share * 100)}%</span>
            </dd>
            <div class="cost-bar" style={{ width: `${Math.max(1, share * 100)}%` }} />
          </div>
        ))}
      </dl>
    </details>
  );
}
