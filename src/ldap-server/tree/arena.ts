/** Bytes of many small records in few large buffers: one buffer for each record would cost more than what is in it. */

/** Where a record begins. A buffer lives as long as anybody reads in it, and is never written twice in one place. */
export interface Place {
  readonly bytes: Buffer;
  readonly offset: number;
}

const SLAB_BYTES = 1_048_576;
/** Larger ones get a buffer of their own. */
const RECORD_BYTES_MAX = SLAB_BYTES / 8;
/** Below this much garbage nothing is tidied up. */
const GARBAGE_BYTES_MIN = 32 * SLAB_BYTES;

export class Arena {
  #slab: Buffer = Buffer.alloc(0);
  #used = 0;
  #slabs = new Set<Buffer>();
  #allocated = 0;
  #live = 0;

  /** Allocated, garbage included. */
  get bytes(): number {
    return this.#allocated;
  }

  /** More than half is garbage. */
  get isSparse(): boolean {
    return this.#allocated - this.#live > Math.max(this.#live, GARBAGE_BYTES_MIN);
  }

  keep(record: Uint8Array): Place {
    const { length } = record;
    this.#live += length;
    if (length > RECORD_BYTES_MAX) {
      const bytes = this.#allocate(length);
      bytes.set(record);
      return { bytes, offset: 0 };
    }
    if (this.#used + length > this.#slab.length) {
      this.#slab = this.#allocate(SLAB_BYTES);
      this.#used = 0;
    }
    const place = { bytes: this.#slab, offset: this.#used };
    this.#slab.set(record, this.#used);
    this.#used += length;
    return place;
  }

  /** To be called for each record that nobody keeps any more. */
  free(bytes: Buffer, length: number): void {
    if (!this.#slabs.has(bytes)) return;
    this.#live -= length;
    if (length <= RECORD_BYTES_MAX) return;
    this.#slabs.delete(bytes);
    this.#allocated -= length;
  }

  /** From here on all records that it does not own are to be kept anew, so that the buffers of before go. */
  renew(): void {
    this.#slabs = new Set();
    this.#slab = Buffer.alloc(0);
    this.#used = 0;
    this.#allocated = 0;
    this.#live = 0;
  }

  /** Whether a record in these bytes was kept since the last `renew`. */
  owns(bytes: Buffer): boolean {
    return this.#slabs.has(bytes);
  }

  #allocate(length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#slabs.add(bytes);
    this.#allocated += length;
    return bytes;
  }
}
