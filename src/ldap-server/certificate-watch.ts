/** Takes up a certificate and key that were replaced on disk; a pair that does not fit leaves the one before in use. */
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../core/clock.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { type Certificate, expiryOf, readCertificate } from './certificate.ts';

export interface CertificateWatchDependencies {
  /** The folder of server.crt and server.key. */
  readonly dir: string;
  /** What is in use. */
  readonly certificate: Certificate;
  /** Called with each new pair that fits. */
  use(certificate: Certificate): void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: CertificateWatchTiming;
}

export interface CertificateWatchTiming {
  /** Without a further change for so long, both files are taken to be written. */
  readonly settleMs: number;
  /** For file systems that tell nothing of changes. */
  readonly pollMs: number;
}

export interface CertificateWatch {
  /** Looks at the files now. Never rejects: what is wrong with them is logged, and stands in trouble(). */
  reload(): Promise<void>;
  /** What an operator should mend, in one sentence that names no path; null when all is well. */
  trouble(): string | null;
  /** Until when the certificate in use is valid. */
  expiry(): Date;
  inUse(): Certificate;
  stop(): void;
}

const TIMING: CertificateWatchTiming = { settleMs: 1000, pollMs: 60_000 };
/** Long enough to mend a renewal that fails. */
export const EXPIRES_SOON_MS = 14 * 86_400_000;

export function watchCertificate(dependencies: CertificateWatchDependencies): CertificateWatch {
  const { dir, clock, log, timing = TIMING } = dependencies;
  let inUse = dependencies.certificate;
  let expiry = expiryOf(inUse);
  /** Why the files on disk are not in use. */
  let refused: string | null = null;
  let settling: NodeJS.Timeout | undefined;
  /** One look at a time, so that the last one decides. */
  let looking: Promise<void> = Promise.resolve();

  function reload(): Promise<void> {
    looking = looking.then(look);
    return looking;
  }

  async function look(): Promise<void> {
    try {
      const found = await readCertificate(dir, clock.now());
      if (found === null) throw new DirectoryError('invalid', `${dir} holds no certificate any more.`);
      refused = null;
      if (found.certPem !== inUse.certPem || found.keyPem !== inUse.keyPem) take(found);
    } catch (error) {
      const reason = error instanceof DirectoryError ? error.message : String(error);
      if (reason !== refused)
        log.error({ reason }, 'the certificate on disk is refused; the one before stays');
      refused = reason;
    }
  }

  function take(certificate: Certificate): void {
    dependencies.use(certificate);
    inUse = certificate;
    expiry = expiryOf(certificate);
    log.info({ expires: expiry.toISOString() }, 'the certificate was replaced');
  }

  function settle(): void {
    clearTimeout(settling);
    settling = setTimeout(() => void reload(), timing.settleMs);
  }

  const watcher = watchFolder(dir, settle, log);
  const poll = setInterval(() => void reload(), timing.pollMs);
  poll.unref();

  return {
    reload,
    trouble() {
      const leftMs = expiry.getTime() - clock.now().getTime();
      if (leftMs <= 0) return `The certificate expired on ${expiry.toISOString()}.`;
      if (refused !== null) return 'The certificate on disk is refused, and the one before is still in use.';
      return leftMs < EXPIRES_SOON_MS ? `The certificate expires on ${expiry.toISOString()}.` : null;
    },
    expiry: () => expiry,
    inUse: () => inUse,
    stop() {
      clearTimeout(settling);
      clearInterval(poll);
      watcher?.close();
    },
  };
}

/** The folder, not the files: those are replaced by renaming. null where it cannot be watched, which leaves the poll. */
function watchFolder(dir: string, changed: () => void, log: Logger): FSWatcher | null {
  try {
    const watcher = watch(dir, { persistent: false }, changed);
    watcher.on('error', (err) => log.warn({ err }, 'the certificates folder cannot be watched any more'));
    return watcher;
  } catch (err) {
    log.warn({ err }, 'the certificates folder cannot be watched; it is looked at every minute');
    return null;
  }
}
