import type { ApiProblem } from '../api/api-problem.ts';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import { mayDo } from '../api/caller.ts';
import type { AudiencePoint } from '../api/channel-figures.ts';
import type { SourceFigures } from '../api/ingest-event.ts';
import { useResource } from '../resource/use-resource.ts';
import { session } from '../session/session.ts';
import { ChartCard } from './chart-card.tsx';
import { AUDIENCE_CHARTS, COST_CHART, NODE_CHARTS, SOURCE_CHARTS } from './charts.ts';
import { CostBreakdown } from './cost-breakdown.tsx';
import { costKind } from './cost-resource.ts';
import type { ShownTime } from './plot.ts';
import { windowStart } from './series.ts';

interface FiguresSectionProps {
  readonly broadcast: BroadcastDetails;
  readonly source: readonly SourceFigures[];
  readonly sourceProblem: ApiProblem | undefined;
  readonly audience: readonly AudiencePoint[];
  readonly audienceProblem: ApiProblem | undefined;
}

/** All charts of a broadcast, on one axis of time. */
export function FiguresSection(props: FiguresSectionProps) {
  const { broadcast, source, sourceProblem, audience, audienceProblem } = props;
  const isLive = broadcast.state === 'live';
  const newestMs = Math.max(source.at(-1)?.atMs ?? 0, audience.at(-1)?.atMs ?? 0);
  const toMs = broadcast.endedAtMs ?? Math.max(Date.now(), newestMs);
  const shownTime = { fromMs: windowStart(broadcast.startedAtMs, toMs), toMs };
  const sourceSilence =
    source.length > 0 ? undefined : silenceOf(sourceProblem, 'The ingest node tells every ten seconds.');
  // Of viewers the edge knows while they watch.
  const audienceSilence =
    audience.length > 0 ? undefined : silenceOf(audienceProblem, 'The edge counts in tens of seconds.');
  return (
    <section class="figures" aria-labelledby="figures-heading">
      <h2 id="figures-heading">{isLive ? 'The last half hour' : 'The last half hour of it'}</h2>
      <div class="chart-grid">
        {SOURCE_CHARTS.map((spec) => (
          <ChartCard key={spec.id} spec={spec} samples={source} shownTime={shownTime} silence={sourceSilence} />
        ))}
        {NODE_CHARTS.map((spec) => (
          <ChartCard key={spec.id} spec={spec} samples={source} shownTime={shownTime} silence={sourceSilence} />
        ))}
        {(isLive || audience.length > 0) &&
          AUDIENCE_CHARTS.map((spec) => (
            <ChartCard key={spec.id} spec={spec} samples={audience} shownTime={shownTime} silence={audienceSilence} />
          ))}
        <CostCard key={broadcast.broadcastId} broadcastId={broadcast.broadcastId} shownTime={shownTime} />
      </div>
    </section>
  );
}

function CostCard({ broadcastId, shownTime }: { readonly broadcastId: string; readonly shownTime: ShownTime }) {
  const state = session.value;
  const mayKnow = state.kind === 'signed-in' && mayDo(state.caller, 'usage:read');
  if (!mayKnow) {
    return (
      <ChartCard spec={COST_CHART} samples={[]} shownTime={shownTime} silence="Your token is not for usage:read." />
    );
  }
  return <KnownCostCard broadcastId={broadcastId} shownTime={shownTime} />;
}

function KnownCostCard({ broadcastId, shownTime }: { readonly broadcastId: string; readonly shownTime: ShownTime }) {
  const resource = useResource(costKind, broadcastId);
  const grown = resource.value.value;
  const silence = grown === undefined ? silenceOf(resource.problem.value, 'It is being added up.') : undefined;
  // What is asked about one that has ended is of its end.
  const samples = (grown?.samples ?? []).map(({ atMs, usd }) => ({ atMs: Math.min(atMs, shownTime.toMs), usd }));
  return (
    <div class="cost">
      <ChartCard spec={COST_CHART} samples={samples} shownTime={shownTime} silence={silence} />
      {grown !== undefined && <CostBreakdown cost={grown.cost} />}
    </div>
  );
}

function silenceOf(problem: ApiProblem | undefined, sentence: string): string {
  return problem === undefined ? sentence : problem.message;
}
