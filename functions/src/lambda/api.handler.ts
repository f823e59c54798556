import { apiHandler } from './handlers.ts';
import { lambdaClients, lambdaControl } from './lambda-control.ts';

/** The entry of the API's function. */
export const handler = apiHandler(lambdaControl(process.env, lambdaClients()));
