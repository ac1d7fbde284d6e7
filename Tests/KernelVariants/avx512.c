#if defined(__x86_64__)
#define CLONES __attribute__((target("arch=x86-64-v4")))
#define VARIANT(name) avx512_##name
#include "exercise.h"
#endif
