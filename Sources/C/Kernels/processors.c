#define _GNU_SOURCE
#include "kernels.h"

#include <sched.h>

int antiphon_allowed_processors(void) {
  cpu_set_t mask[64];  // 65,536 processors: the call fails where the kernel knows of more than the mask can hold
  if (sched_getaffinity(0, sizeof mask, mask) != 0) return 0;
  return CPU_COUNT_S(sizeof mask, mask);
}

int antiphon_vector_bits(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
    return 512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 256;
#endif
  return 128;
}
