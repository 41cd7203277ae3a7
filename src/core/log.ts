/** The structured log: one JSON line per event on standard error, never a secret. */
import { pino } from 'pino';

/** What the parts need of a logger. The object's fields become fields of the line. */
export interface Logger {
  /** Whether debug lines are written at all: who would make fields for each operation asks first. */
  readonly isDebug: boolean;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A logger that writes JSON lines to standard error, which keeps standard output for what people asked for. */
export function createLogger(level: LogLevel): Logger {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return Object.assign(logger, { isDebug: level === 'debug' });
}

/** A logger that says nothing, for tests. */
export const silentLogger: Logger = { isDebug: false, debug: noop, info: noop, warn: noop, error: noop };

function noop(): void {}
