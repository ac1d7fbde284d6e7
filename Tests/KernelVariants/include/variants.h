// The kernels compiled once more for one instruction set each, to be tested beside each other: a program only ever runs
// those of the best set that its processor has.
#ifndef ANTIPHON_VARIANTS_H
#define ANTIPHON_VARIANTS_H

#include <stddef.h>

typedef enum { VARIANT_PLAIN, VARIANT_AVX2, VARIANT_AVX512 } antiphon_variant;

// Whether the processor can run it.
int antiphon_variant_is_supported(antiphon_variant variant);

// Calls every kernel on the same values, of odd sizes, and lays out what they compute one after the other.
// Returns the number of results, at most `capacity`.
size_t antiphon_exercise(antiphon_variant variant, float *results, size_t capacity);

#endif
