#define _GNU_SOURCE
#include "kernels.h"

#include <sched.h>

int antiphon_allowed_processors(void) {
  cpu_set_t mask[64];  // 65,536 processors: the call fails where the kernel knows of more than the mask can hold
  if (sched_getaffinity(0, sizeof mask, mask) != 0) return 0;
  return CPU_COUNT_S(sizeof mask, mask);
}
