/** The page that Prometheus scrapes. */
import type { RequestHandler } from 'express';

/** All metrics in the form that Prometheus reads, with the media type of that form. */
export type MetricsText = () => Promise<{ readonly contentType: string; readonly text: string }>;

export function metricsPage(metrics: MetricsText): RequestHandler {
  return async (_request, response) => {
    const { contentType, text } = await metrics();
    response.setHeader('Content-Type', contentType);
    response.end(text);
  };
}
