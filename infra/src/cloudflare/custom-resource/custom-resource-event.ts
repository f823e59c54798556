import { z } from 'zod';

const Asked = {
  /** Signed, good for this one answer: whoever has it can answer in our place. */
  ResponseURL: z.url(),
  StackId: z.string().min(1),
  RequestId: z.string().min(1),
  LogicalResourceId: z.string().min(1),
  ResourceProperties: z.record(z.string(), z.unknown()),
};

/**
 * What CloudFormation asks of a custom resource (AWS CloudFormation User Guide, "Custom resource request objects"). Every
 * number and boolean among the properties comes as text.
 */
export const CustomResourceEvent = z.discriminatedUnion('RequestType', [
  z.object({ ...Asked, RequestType: z.literal('Create') }),
  z.object({
    ...Asked,
    RequestType: z.literal('Update'),
    PhysicalResourceId: z.string().min(1),
    /** Of the last time that went well; in a rollback, of the time that did not. */
    OldResourceProperties: z.record(z.string(), z.unknown()),
  }),
  z.object({ ...Asked, RequestType: z.literal('Delete'), PhysicalResourceId: z.string().min(1) }),
]);
export type CustomResourceEvent = z.infer<typeof CustomResourceEvent>;
