#include "variants.h"

size_t plain_exercise(float *results, size_t capacity);
#if defined(__x86_64__)
size_t avx2_exercise(float *results, size_t capacity);
size_t avx512_exercise(float *results, size_t capacity);
#endif

int antiphon_variant_is_supported(antiphon_variant variant) {
  switch (variant) {
    case VARIANT_PLAIN: return 1;
#if defined(__x86_64__)
    case VARIANT_AVX2: return __builtin_cpu_supports("x86-64-v3");
    case VARIANT_AVX512: return __builtin_cpu_supports("x86-64-v4");
#endif
    default: return 0;
  }
}

size_t antiphon_exercise(antiphon_variant variant, float *results, size_t capacity) {
  switch (variant) {
#if defined(__x86_64__)
    case VARIANT_AVX2: return avx2_exercise(results, capacity);
    case VARIANT_AVX512: return avx512_exercise(results, capacity);
#endif
    default: return plain_exercise(results, capacity);
  }
}
