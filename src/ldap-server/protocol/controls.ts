/** The former place of controls/paged-results.ts. */
export { decodePagedResults, encodePagedResults, type PagedResults } from './controls/paged-results.ts';
