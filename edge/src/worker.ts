import { Hono } from 'hono';
import { apiRoutes } from './api/routes.ts';
import { embedRoutes } from './embed/routes.ts';
import type { EdgeBindings, EdgeEnv } from './environment.ts';
import { problem, unexpectedProblem } from './http/problem.ts';
import { ingestRoutes } from './ingest/routes.ts';
import { liveRoutes } from './live/routes.ts';
import { recordedPageRoutes } from './pages/recorded-page-routes.ts';
import { pageRoutes } from './pages/routes.ts';
import { controlRoutes } from './playback/control-routes.ts';
import { tokenRoutes } from './playback/routes.ts';
import { RECORDED_KINDS } from './vod/recording-shelf.ts';
import { recordedRoutes } from './vod/routes.ts';

export { ChannelObject } from './channel/channel.object.ts';
export { DirectoryObject } from './directory/directory.object.ts';
export { CachedEdge } from './live/cached-edge.ts';
export { RelayObject } from './relay/relay.object.ts';

/** All of the edge: what ingest nodes, players and browsers ask for. */
const app = new Hono<EdgeEnv>();
app.route('/ingest/v1', ingestRoutes());
app.route('/control/v1', controlRoutes());
app.route('/api', apiRoutes());
app.route('/live', liveRoutes());
app.route('/', recordedPageRoutes());
for (const kind of RECORDED_KINDS) app.route(`/${kind}`, recordedRoutes(kind));
app.route('/t', tokenRoutes(app));
app.route('/', embedRoutes());
app.route('/', pageRoutes());
app.notFound(() => problem('no-such-address'));
app.onError(unexpectedProblem);

export default { fetch: app.fetch } satisfies ExportedHandler<EdgeBindings>;
