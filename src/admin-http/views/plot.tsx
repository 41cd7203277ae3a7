/** A small plot of counts over time, as a picture with its meaning in words. */
import type { VNode } from 'preact';

export interface PlotProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly values: readonly number[];
  readonly mood: 'good' | 'bad';
}

const WIDTH = 480;
const HEIGHT = 64;

export function Plot({ label, values, mood }: PlotProps): VNode {
  const top = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, place) => {
    const y = HEIGHT - 1 - (value / top) * (HEIGHT - 2);
    return `${(place * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      class={`plot ${mood}`}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <polyline points={points.join(' ')} fill="none" />
    </svg>
  );
}
