import { jobsHandler } from './handlers.ts';
import { lambdaClients, lambdaControl } from './lambda-control.ts';

/** The entry of the function that does jobs. */
export const handler = jobsHandler(lambdaControl(process.env, lambdaClients()));
