/** The structured log: one JSON line per event on standard error, never a secret. */
import { type DestinationStream, pino } from 'pino';

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

/**
 * A logger that writes JSON lines to standard error, which keeps standard output for what people asked for. `fields` are
 * in each line.
 */
export function createLogger(level: LogLevel, fields: object | null = null): Logger {
  const logger = pino(
    { level, base: fields, timestamp: pino.stdTimeFunctions.isoTime },
    joiningLines(pino.destination({ dest: STANDARD_ERROR, sync: true })),
  );
  return Object.assign(logger, { isDebug: level === 'debug' });
}

const STANDARD_ERROR = 2;
const JOINED_LENGTH_MAX = 65_536;

/** Lines of one turn of the event loop are written at once when it ends, or when the process does: a bind has one each. */
function joiningLines(destination: DestinationStream): DestinationStream {
  let lines = '';
  const flush = (): void => {
    process.removeListener('exit', flush);
    if (lines !== '') destination.write(lines);
    lines = '';
  };
  return {
    write(line) {
      if (lines === '') {
        process.once('exit', flush);
        setImmediate(flush);
      }
      lines += line;
      if (lines.length >= JOINED_LENGTH_MAX) flush();
    },
  };
}

/** A logger that says nothing, for tests. */
export const silentLogger: Logger = { isDebug: false, debug: noop, info: noop, warn: noop, error: noop };

function noop(): void {}
