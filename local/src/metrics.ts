/** What a node says of one metric, all of its labels together (Prometheus' text format). */
export async function metricSum(metricsUrl: string, name: string): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text();
  const lines = metrics.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
