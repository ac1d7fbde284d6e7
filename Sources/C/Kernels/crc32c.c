#include "kernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t state, const uint8_t *bytes, size_t count) {
  uint64_t wide = state;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = (uint32_t)wide;
  for (; count > 0; bytes++, count--) state = _mm_crc32_u8(state, *bytes);
  return state;
}
#endif

// Bit by bit: the definition, for processors without the instruction.
static uint32_t crc32c_plain(uint32_t state, const uint8_t *bytes, size_t count) {
  for (; count > 0; bytes++, count--) {
    state ^= *bytes;
    for (int bit = 0; bit < 8; bit++) state = (state >> 1) ^ (0x82F63B78u & -(state & 1));
  }
  return state;
}

uint32_t antiphon_crc32c(uint32_t checksum, const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return ~crc32c_sse42(~checksum, bytes, count);
#endif
  return ~crc32c_plain(~checksum, bytes, count);
}
