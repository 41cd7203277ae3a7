/** How much one request may hold. */
import { DN_LENGTH_MAX } from '../../core/syntax/dn.ts';
import { FILTER_DEPTH_MAX } from '../../core/syntax/filter.ts';

/** A request beyond these is a ProtocolViolation, to be answered in its own response type. */
export interface DecodeLimits {
  /** Filters inside each other, the innermost counted. What decodes and walks filters recurses this deep. */
  readonly filterDepthMax: number;
  /** Filters of all kinds, and the pieces of substrings. */
  readonly filterTermsMax: number;
  /** Attributes that a search selects. */
  readonly attributesMax: number;
  readonly controlsMax: number;
  readonly dnBytesMax: number;
  /** Of each password, assertion value, attribute description, OID, control value and the like. */
  readonly valueBytesMax: number;
}

/**
 * SSSD and TrueNAS select some 40 attributes, schema browsers more than 100. Clients that look up a group's members
 * send one OR of thousands of names, two deep; generated filters come ten deep.
 */
export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  filterDepthMax: FILTER_DEPTH_MAX,
  filterTermsMax: 10_000,
  attributesMax: 1000,
  controlsMax: 32,
  dnBytesMax: DN_LENGTH_MAX,
  valueBytesMax: 65_536,
};
