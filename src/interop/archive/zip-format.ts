/** The first four bytes of each record of a zip file, as little-endian numbers. */
export const LOCAL = 0x04034b50;
export const ENTRY = 0x02014b50;
export const END = 0x06054b50;
export const END_64 = 0x06064b50;
export const LOCATOR_64 = 0x07064b50;

/** The largest numbers of 16 and 32 bits, which say that a zip64 field has the number. */
export const MAX_16 = 0xffff;
export const MAX_32 = 0xffffffff;

/** Bits of `flags`. */
export const ENCRYPTED = 1;
/** The local header has no sizes and no CRC; they follow the data. */
export const SIZES_FOLLOW = 8;

/** Values of `method`. */
export const STORED = 0;
export const DEFLATED = 8;
