#define CLONES
#define VARIANT(name) plain_##name
#include "exercise.h"
