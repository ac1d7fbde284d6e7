#include "clones.h"
#include "kernels.h"

#include <math.h>
#include <string.h>

enum { DIGIT_BITS = 12, DIGITS = 1 << DIGIT_BITS };

static inline uint32_t magnitude_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits & 0x7fffffffu;
}

// The magnitude of the `kept`-th largest value, as bits; `ties`: how many of that magnitude are among the kept ones.
// Found digit by digit, the highest first: a count of all values by their digit, and a walk down to the wanted one.
static inline uint32_t threshold(const float *values, size_t count, size_t kept, size_t *ties) {
  static const int shifts[] = {31 - DIGIT_BITS, 31 - 2 * DIGIT_BITS, 0};
  uint32_t prefix = 0, decided = 0;
  for (int round = 0; round < 3; round++) {
    const int shift = shifts[round];
    const uint32_t undecided = 0x7fffffffu & ~decided;
    uint32_t counts[DIGITS] = {0};
    for (size_t i = 0; i < count; i++) {
      const uint32_t magnitude = magnitude_of(values[i]);
      if ((magnitude & decided) == prefix) counts[(magnitude & undecided) >> shift]++;
    }
    uint32_t digit = undecided >> shift;
    for (; counts[digit] < kept; digit--) kept -= counts[digit];
    prefix |= digit << shift;
    decided = 0x7fffffffu & ~((1u << shift) - 1);
  }
  *ties = kept;
  return prefix;
}

CLONES void antiphon_largest(
    void *places, void *kept_values, float *restrict left, const float *restrict values, size_t count, size_t kept) {
  for (size_t i = 0; i < count; i++) left[i] += values[i];
  size_t ties, written = 0;
  const uint32_t least = threshold(left, count, kept, &ties);
  for (size_t i = 0; i < count; i++) {
    const uint32_t magnitude = magnitude_of(left[i]);
    if (magnitude < least || (magnitude == least && ties == 0)) continue;
    if (magnitude == least) ties--;
    const uint32_t place = (uint32_t)i;
    memcpy((char *)places + written * sizeof place, &place, sizeof place);
    memcpy((char *)kept_values + written * sizeof(float), left + i, sizeof(float));
    left[i] = 0;
    written++;
  }
}

int antiphon_scatter(float *values, size_t count, const void *places, const void *kept_values, size_t kept) {
  uint64_t next = 0;
  for (size_t i = 0; i < kept; i++) {
    uint32_t place;
    float value;
    memcpy(&place, (const char *)places + i * sizeof place, sizeof place);
    memcpy(&value, (const char *)kept_values + i * sizeof value, sizeof value);
    if (place < next || place >= count || !isfinite(value)) return 0;
    values[place] = value;
    next = (uint64_t)place + 1;
  }
  return 1;
}
