/** Memory that Fargate has for each number of vCPUs, in GB (Amazon ECS Developer Guide, "Fargate task sizes"), from two on: less cannot encode. */
const MEMORY_GB: Readonly<Record<number, { readonly min: number; readonly max: number; readonly step: number }>> = {
  2: { min: 4, max: 16, step: 1 },
  4: { min: 8, max: 30, step: 1 },
  8: { min: 16, max: 60, step: 4 },
  16: { min: 32, max: 120, step: 8 },
};

/** What is wrong with a size of a Fargate task, as a sentence; `undefined` when there is such a size. */
export function fargateSizeProblem(cpus: number, memoryGb: number): string | undefined {
  const memory = MEMORY_GB[cpus];
  if (memory === undefined)
    return `Fargate has ${Object.keys(MEMORY_GB).join(', ')} vCPUs for an ingest node, not ${cpus}`;
  const { min, max, step } = memory;
  if (memoryGb >= min && memoryGb <= max && (memoryGb - min) % step === 0) return undefined;
  return `with ${cpus} vCPUs Fargate has ${min} to ${max} GB of memory in steps of ${step}, not ${memoryGb}`;
}
