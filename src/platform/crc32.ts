/** The contribution of four bits: four shifts of the polynomial. */
const NIBBLES = Array.from({ length: 16 }, (_, n) => shifted(shifted(shifted(shifted(n)))))

function shifted(crc: number): number {
  return (crc >>> 1) ^ (-(crc & 1) & 0xedb88320)
}

/** CRC-32 as in zlib (polynomial 0xEDB88320), over ASCII. */
export function crc32(text: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i)
    crc = (crc >>> 4) ^ (NIBBLES[crc & 15] ?? 0)
    crc = (crc >>> 4) ^ (NIBBLES[crc & 15] ?? 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
