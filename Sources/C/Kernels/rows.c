#include "clones.h"
#include "kernels.h"

CLONES void antiphon_add(float *restrict x, const float *restrict y, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] += y[i];
}

CLONES void antiphon_add_row(float *restrict x, const float *restrict row, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels)
    for (size_t c = 0; c < channels; c++) x[c] += row[c];
}

CLONES void antiphon_sum_rows(float *restrict sums, const float *restrict x, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels)
    for (size_t c = 0; c < channels; c++) sums[c] += x[c];
}
