/** Writes the types of a client of the API, out of its OpenAPI document. */
import openapiTypescript, { astToString } from 'openapi-typescript';

export async function clientTypes(document: object): Promise<string> {
  return astToString(await openapiTypescript(JSON.stringify(document)));
}
