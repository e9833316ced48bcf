// What a virtual address of x86-64 says, and what the kernel looks up for vmsplice:
// gup_fast_pgd_range in mm/gup.c and iter_to_pipe in fs/splice.c, Linux 6.12.

export const SMALL = 4096n;
export const HUGE = 2n * 1024n * 1024n;

/** So many pages fit into iter_to_pipe's array, and are looked up at a time. */
export const AT_A_TIME = 16;

const BITS = 48n;
const SHIFTS = { PGD: 39n, PUD: 30n, PMD: 21n, PTE: 12n };

/** The levels that a walk goes through: on a huge page, it ends one earlier. */
export const levels = (pageSize) => (pageSize === HUGE ? ["PGD", "PUD", "PMD"] : ["PGD", "PUD", "PMD", "PTE"]);

/** An address as people write it, or null if it is none of 48 bits. */
export function parseAddress(text) {
  const digits = text.trim().toLowerCase().replace(/^0x/, "").replaceAll("_", "");
  if (!/^[0-9a-f]+$/.test(digits)) return null;
  const address = BigInt(`0x${digits}`);
  return address < 1n << BITS ? address : null;
}

export const showAddress = (address) => `0x${address.toString(16).padStart(16, "0")}`;

/** Nine bits for each level choose an entry, and the rest a byte of the page. */
export function take(address, pageSize) {
  const entries = levels(pageSize).map((level) => ({ level, index: Number((address >> SHIFTS[level]) & 511n) }));
  return { entries, offset: Number(address & (pageSize - 1n)) };
}

/** The address with the entry of one level, or the offset, set to another number. */
export function put(address, pageSize, part, value) {
  const [shift, width] = part === "offset" ? [0n, pageSize - 1n] : [SHIFTS[part], 511n];
  return (address & ~(width << shift)) | (BigInt(value) << shift);
}

/**
 * What is looked up when so many bytes from this address on are lent: a round for each 16 pages.
 * Within a round the kernel goes down once and reads neighboring entries in a row; each page of
 * 4 KiB has an entry and a count of its own, while all that lies on one huge page shares them.
 */
export function lookUp(address, bytes, pageSize) {
  const first = address / SMALL;
  const end = (address + BigInt(bytes) + SMALL - 1n) / SMALL;
  const slots = Number(end - first);
  let [rounds, read, counted] = [0, 0, 0];
  for (let from = first; from < end; from += BigInt(AT_A_TIME)) {
    const to = from + BigInt(AT_A_TIME) < end ? from + BigInt(AT_A_TIME) : end;
    const different = (shift) => Number((((to - 1n) * SMALL) >> shift) - ((from * SMALL) >> shift)) + 1;
    const perLevel = levels(pageSize).map((level) => different(SHIFTS[level]));
    rounds += 1;
    read += perLevel.reduce((sum, entries) => sum + entries, 0);
    counted += perLevel.at(-1);
  }
  return { slots, rounds, read, leaves: counted, counted };
}
