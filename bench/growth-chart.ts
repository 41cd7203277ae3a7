/** Draws what growth costs as SVG: a small chart for each measure, the users on a logarithmic axis. */
import type { Grown } from './growth.ts';

const [PANEL_WIDTH, PANEL_HEIGHT] = [360, 220];
/** Room for titles above and numbers below and beside. */
const [LEFT, TOP, RIGHT, BOTTOM] = [36, 44, 44, 34];

interface Panel {
  readonly title: string;
  readonly value: (grown: Grown) => number;
  readonly digits: number;
}

const PANELS: readonly Panel[] = [
  { title: 'equality searches a second', value: ({ perSecond }) => perSecond, digits: 0 },
  { title: 'resident memory, MiB', value: ({ residentBytes }) => residentBytes / 2 ** 20, digits: 0 },
  { title: 'start to ready, seconds', value: ({ startMs }) => startMs / 1000, digits: 1 },
  { title: 'committed change visible, p99, ms', value: ({ visibleP99Ms }) => visibleP99Ms, digits: 1 },
];

export function growthChart(grown: readonly Grown[]): string {
  const panels = PANELS.map((panel, index) => {
    const at = `translate(${(index % 2) * PANEL_WIDTH} ${Math.floor(index / 2) * PANEL_HEIGHT})`;
    return `<g transform="${at}">${panelOf(panel, grown)}</g>`;
  });
  const [width, height] = [2 * PANEL_WIDTH, 2 * PANEL_HEIGHT];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    '  font-family="sans-serif" font-size="12" role="img" aria-label="What growth costs Roster">',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panelOf({ title, value, digits }: Panel, grown: readonly Grown[]): string {
  const logs = grown.map(({ users }) => Math.log10(users));
  const [first, last] = [Math.min(...logs), Math.max(...logs)];
  const most = Math.max(...grown.map(value), Number.MIN_VALUE);
  const points = grown.map((each, index) => {
    const x = LEFT + (((logs[index] ?? first) - first) / (last - first || 1)) * (PANEL_WIDTH - LEFT - RIGHT);
    const y = PANEL_HEIGHT - BOTTOM - (value(each) / most) * (PANEL_HEIGHT - TOP - BOTTOM);
    return {
      x: x.toFixed(1),
      y: y.toFixed(1),
      label: number(value(each), digits),
      users: number(each.users, 0),
    };
  });
  const floor = PANEL_HEIGHT - BOTTOM;
  return [
    `<text x="${LEFT}" y="18" font-weight="bold">${title}</text>`,
    `<path d="M${LEFT} ${floor}H${PANEL_WIDTH - RIGHT}" stroke="#999"/>`,
    `<polyline points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...points.map(
      ({ x, y, label, users }) =>
        `<circle cx="${x}" cy="${y}" r="3.5" fill="#1f6feb"/><g text-anchor="middle">` +
        `<text x="${x}" y="${Number(y) - 9}">${label}</text><text x="${x}" y="${floor + 18}" fill="#555">${users}</text></g>`,
    ),
  ].join('\n');
}

function number(value: number, digits: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
