/** The style sheets and scripts of the pages: read once, compressed once, named by their content. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { Router } from 'express';

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: Buffer;
  readonly gzipped: Buffer;
}

const FILES = {
  'pico.css': '@picocss/pico/css/pico.min.css',
  'roster.css': './assets/roster.css',
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'sse.js': 'htmx-ext-sse/dist/sse.min.js',
  'roster.js': './assets/roster.js',
  'icon.svg': './assets/icon.svg',
} as const;
export type AssetName = keyof typeof FILES;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
/** Their names change with their content. */
const FOREVER = 'public, max-age=31536000, immutable';

const { resolve } = createRequire(import.meta.url);
const assets = new Map<AssetName, Asset>();

/** Where the page finds it; changes whenever its content does. */
export function assetPath(name: AssetName): string {
  return assetOf(name).path;
}

/** Serves them under their paths, to everybody. */
export function assetRoutes(): Router {
  const router = Router();
  const byPath = new Map(
    (Object.keys(FILES) as AssetName[]).map((name) => [assetPath(name), assetOf(name)] as const),
  );
  router.get('/assets/:file', (request, response, next) => {
    const asset = byPath.get(`/assets/${request.params.file}`);
    if (asset === undefined) return next();
    const compressed = request.acceptsEncodings('gzip') === 'gzip';
    response.set({ 'Cache-Control': FOREVER, 'Content-Type': asset.type, Vary: 'Accept-Encoding' });
    if (compressed) response.set('Content-Encoding', 'gzip');
    response.end(compressed ? asset.gzipped : asset.content);
  });
  return router;
}

function assetOf(name: AssetName): Asset {
  const known = assets.get(name);
  if (known !== undefined) return known;
  const content = readFileSync(resolve(FILES[name]));
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 12);
  const [stem = '', kind = ''] = name.split('.');
  const asset = {
    path: `/assets/${stem}-${digest}.${kind}`,
    type: TYPES[kind] ?? 'application/octet-stream',
    content,
    gzipped: gzipSync(content, { level: 9 }),
  };
  assets.set(name, asset);
  return asset;
}
