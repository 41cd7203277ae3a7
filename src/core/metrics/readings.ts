/** What one process has counted and measured, as it can be sent to another one, and the sum of several. */
import { AggregatorRegistry, type Registry } from 'prom-client';
import { type OperationSums, sumOperations } from './operation-tally.ts';

export interface MetricsReading {
  readonly operations: readonly OperationSums[];
  /** As prom-client has them. */
  readonly registry: readonly object[];
}

export function sumRegistries(readings: readonly MetricsReading[]): Registry {
  return AggregatorRegistry.aggregate(readings.map(({ registry }) => registry));
}

/** What stays of a process that is gone, on top of what others left: sums of counters must not fall. */
export async function withRetired(
  retired: MetricsReading | null,
  gone: MetricsReading,
): Promise<MetricsReading> {
  const both = retired === null ? [gone] : [retired, gone];
  const summed = await sumRegistries(both).getMetricsAsJSON();
  return {
    operations: sumOperations(both.flatMap(({ operations }) => operations)),
    registry: summed.filter(({ type }) => STAYING_TYPES.includes(String(type))),
  };
}

const STAYING_TYPES = ['counter', 'histogram'];
