import { z } from 'zod';

/** A region of AWS, in which ingest nodes are. */
export const RegionName = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+){1,2}-\d{1,2}$/, 'is a region of AWS, such as eu-west-1')
  .meta({ id: 'RegionName', description: 'A region of AWS.', examples: ['eu-west-1'] });
export type RegionName = z.infer<typeof RegionName>;

/** More regions than AWS has. */
const SERVICES_MAX = 64;

/** The service of ECS that runs a region's ingest nodes: names, or ARNs. */
export const IngestService = z.strictObject({
  region: RegionName,
  cluster: z.string().min(1).max(512),
  service: z.string().min(1).max(512),
});
export type IngestService = z.infer<typeof IngestService>;

/** One a region. */
export const IngestServices = z
  .array(IngestService)
  .max(SERVICES_MAX)
  .refine((services) => new Set(services.map(({ region }) => region)).size === services.length, 'one service a region');
