#if defined(__x86_64__)
#define CLONES __attribute__((target("arch=x86-64-v3")))
#define VARIANT(name) avx2_##name
#include "exercise.h"
#endif
